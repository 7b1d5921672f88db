// Edit distance and suggestions.
#include "text/nearest.h"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <utility>
#include <vector>

#include "thumbs/text.h"

namespace thumbs::text {
namespace {

constexpr std::size_t k_longest_word = 40;  // longer words cannot be misspelt keys
constexpr std::size_t k_longest_quote = 80;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

// Optimal string alignment.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

}  // namespace thumbs::text

namespace thumbs {

std::string in_quotes(std::string_view text) {
  std::size_t size = text.size();
  if (size > text::k_longest_quote) {
    size = text::k_longest_quote;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;  // do not split a character
  }
  std::string out = "\"";
  for (const char c : text.substr(0, size)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", byte);
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + (size < text.size() ? "…\"" : "\"");
}

std::string_view nearest(std::string_view unknown, std::span<const std::string_view> known) {
  if (unknown.size() > text::k_longest_word) return {};
  std::string_view best;
  std::size_t best_distance = std::numeric_limits<std::size_t>::max();
  for (const std::string_view candidate : known) {
    const std::size_t distance = text::edit_distance(unknown, candidate);
    const std::size_t longer = std::max(unknown.size(), candidate.size());
    if (distance < best_distance && distance <= 1 + longer / 3 && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggestion(std::string_view unknown, std::span<const std::string_view> known) {
  if (const std::string_view near = nearest(unknown, known); !near.empty()) {
    return ": did you mean " + in_quotes(near) + "?";
  }
  std::string list;
  for (const std::string_view name : known) list += (list.empty() ? "" : ", ") + in_quotes(name);
  return ": expected one of " + list;
}

}  // namespace thumbs
