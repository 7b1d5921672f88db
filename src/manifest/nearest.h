// Suggestions for misspelt words, and quoting for messages.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace thumbs {

/// The text in double quotes for a message: control characters escaped, at most 80 bytes.
std::string in_quotes(std::string_view text);

/// The number of insertions, deletions, replacements and swaps of adjacent letters, ignoring ASCII case.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The member of `known` with the smallest edit distance to `unknown`; "" if none is close.
std::string_view nearest(std::string_view unknown, std::span<const std::string_view> known);

/// What follows 'unknown key "x"': ': did you mean "y"?', or if none is close ': expected one of "a", "b"'.
std::string suggestion(std::string_view unknown, std::span<const std::string_view> known);

}  // namespace thumbs
