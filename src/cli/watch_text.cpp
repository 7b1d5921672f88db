// One line a build.
#include "cli/watch_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <vector>

#include "thumbs/text.h"

namespace thumbs::cli {
namespace {

std::string clock_time(const std::tm& time) {
  std::array<char, 16> buffer{};
  const std::size_t length = std::strftime(buffer.data(), buffer.size(), "%H:%M:%S", &time);
  return {buffer.data(), length};
}

/// Short times with two decimals: most builds of a watch take less than a second.
std::string build_time(double seconds) {
  if (seconds >= 1) return duration_text(seconds);
  std::array<char, 16> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.2f s", seconds);
  return buffer.data();
}

void add_part(std::string& text, std::uint64_t count, const std::string& before, const std::string& after = {}) {
  if (count != 0) text += (text.empty() ? "" : ", ") + before + std::to_string(count) + after;
}

/// The first sources that something was made of, or that failed: "a.jpg, b.jpg, c.jpg and 4 more".
std::string worked_on(const Report& report) {
  constexpr std::size_t k_most = 3;
  std::vector<std::string> names;
  for (const Item& item : report.items) {
    const bool worked = item.status == Status::built || item.status == Status::copied || item.status == Status::failed;
    if (worked && std::find(names.begin(), names.end(), item.source) == names.end()) names.push_back(item.source);
    if (names.size() > 1000) break;  // a quadratic search; the rest is not shown anyway
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), k_most); ++i)
    text += (i == 0 ? ": " : ", ") + display_name(names[i]);
  if (names.size() > 1000) return text + " and many more";
  return names.size() > k_most ? text + " and " + std::to_string(names.size() - k_most) + " more" : text;
}

}  // namespace

std::string rebuild_line(const Report& report, const std::tm& time, std::uint64_t former_orphans) {
  const Summary& s = report.summary;
  std::string done;
  add_part(done, s.built, "built ");
  add_part(done, s.copied, "copied ");
  add_part(done, s.pruned, "pruned ");
  add_part(done, s.failed, "failed ");
  std::string text;
  if (!done.empty()) text = done + " in " + build_time(s.seconds) + worked_on(report);
  if (s.orphans > former_orphans)
    text += (text.empty() ? "" : "; ") + std::to_string(s.orphans) + (s.orphans == 1 ? " orphan" : " orphans") +
            " left, `thumbs prune` removes " + (s.orphans == 1 ? "it" : "them");
  if (text.empty()) return {};
  return clock_time(time) + (report.interrupted ? " interrupted: " : " ") + text + "\n";
}

std::string one_line(const std::string& document) {
  std::string line;
  bool indent = false;
  for (const char c : document) {
    indent = c == '\n' || (indent && c == ' ');
    if (!indent) line += c;
  }
  return line + "\n";
}

}  // namespace thumbs::cli
