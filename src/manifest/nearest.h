// Suggestions for what was misspelt, and texts quoted for people.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace thumbs {

/// The text in double quotes, control characters escaped, shortened where it is long: safe in a message.
std::string in_quotes(std::string_view text);

/// How many letters must be added, dropped, replaced or swapped with their neighbour; ASCII case aside.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The member of `known` nearest to `unknown` (edit distance with swaps, ASCII case aside); "" where none is near.
std::string_view nearest(std::string_view unknown, std::span<const std::string_view> known);

/// What follows 'unknown key "x"': ': did you mean "y"?', or where nothing is near ': known are "a", "b"'.
std::string suggestion(std::string_view unknown, std::span<const std::string_view> known);

}  // namespace thumbs
