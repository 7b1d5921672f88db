// Suggestions for what was misspelt, and texts quoted for people.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace thumbs {

/// The text in double quotes, control characters escaped, shortened where it is long: safe in a message.
std::string in_quotes(std::string_view text);

/// The member of `known` nearest to `unknown` (edit distance with swaps, ASCII case aside); "" where none is near.
std::string_view nearest(std::string_view unknown, std::span<const std::string_view> known);

/// What follows 'unknown key "x"': ': did you mean "y"?', or where nothing is near ': known are "a", "b"'.
std::string suggestion(std::string_view unknown, std::span<const std::string_view> known);

}  // namespace thumbs
