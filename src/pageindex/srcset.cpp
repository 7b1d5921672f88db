// Sides are whole pixels: two pictures have one ratio if both can be roundings of it.
#include "pageindex/srcset.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace thumbs::pageindex {
namespace {

/// width : height could be that of `other` before both were rounded.
bool has_ratio_of(const Candidate& one, double width, double height) {
  const double slack = 0.5;
  const double least = (one.width - slack) / (one.height + slack);
  const double most = (one.width + slack) / (one.height - slack);
  return (width + slack) / (height - slack) >= least && (width - slack) / (height + slack) <= most;
}

struct Group {
  std::vector<Candidate> members;
  std::set<std::uint32_t> widths;
  bool is_whole_picture = false;
};

// The widest one of a group says its ratio most exactly.
std::vector<Group> grouped(std::vector<Candidate> candidates, std::uint32_t width, std::uint32_t height) {
  std::ranges::stable_sort(candidates, std::ranges::greater{}, &Candidate::width);
  std::vector<Group> groups;
  for (const Candidate& candidate : candidates) {
    const auto same = std::ranges::find_if(groups, [&](const Group& group) {
      const Candidate& widest = group.members.front();
      return has_ratio_of(candidate, widest.width, widest.height);
    });
    Group& group = same != groups.end() ? *same : groups.emplace_back();
    group.members.push_back(candidate);
    group.widths.insert(candidate.width);
  }
  for (Group& group : groups) group.is_whole_picture = width != 0 && has_ratio_of(group.members.front(), width, height);
  return groups;
}

void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view k_plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  constexpr std::string_view k_upper_digits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (k_plain.find(c) != std::string_view::npos)
      out += c;
    else
      (out += '%').append({k_upper_digits[byte >> 4U], k_upper_digits[byte & 15U]});
  }
}

}  // namespace

std::string url_of(std::string_view base, std::string_view path) {
  std::string url(base);
  if (!base.empty() && !base.ends_with('/')) url += '/';
  append_encoded(url, path);
  return url;
}

std::map<std::string_view, std::string> srcset_of(const std::vector<Candidate>& candidates, std::uint32_t width,
                                                  std::uint32_t height) {
  std::map<std::string_view, std::string> srcset;
  std::vector<Group> groups = grouped(candidates, width, height);
  if (groups.empty()) return srcset;
  const auto rank = [](const Group& group) {
    return std::tuple(group.widths.size(), group.is_whole_picture, *group.widths.rbegin());
  };
  std::vector<Candidate>& chosen = std::ranges::max_element(groups, {}, rank)->members;
  std::ranges::stable_sort(chosen, {}, &Candidate::width);
  std::set<std::pair<std::string_view, std::uint32_t>> taken;
  for (const Candidate& candidate : chosen) {
    if (!taken.emplace(candidate.type, candidate.width).second) continue;
    std::string& list = srcset[candidate.type];
    if (!list.empty()) list += ", ";
    list.append(candidate.url) += ' ' + std::to_string(candidate.width) + 'w';
  }
  return srcset;
}

}  // namespace thumbs::pageindex
