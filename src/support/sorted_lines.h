// Looks a line up in a long text of sorted lines, without a list of them.
#pragma once

#include <cstddef>
#include <string_view>

namespace thumbs {

/// Where the first line begins that is not before what is looked for; text.size() where all are. REQUIRES lines that
/// end in newlines, and `before(line)` true for the first ones and false for all others.
template <class Before>
std::size_t first_line_not(std::string_view text, const Before& before) {
  std::size_t low = 0;
  std::size_t high = text.size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const std::size_t newline = middle == 0 ? std::string_view::npos : text.rfind('\n', middle - 1);
    const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
    const std::size_t end = text.find('\n', start) + 1;
    if (before(text.substr(start, end - start)))
      low = end;
    else
      high = start;
  }
  return low;
}

}  // namespace thumbs
