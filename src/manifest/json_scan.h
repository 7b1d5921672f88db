// A second, forward look at JSON text that a parser has accepted so far: where tokens begin and end.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace thumbs {

inline constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

/// The index of the first byte at or after `at` that is neither white space nor part of a comment (of an unclosed
/// comment: its start); the text's size at its end.
std::size_t skip_blank(std::string_view text, std::size_t at);

/// The index behind the token that starts at `at`.
std::size_t token_end(std::string_view text, std::size_t at);

/// The index of the first byte that is not UTF-8, or is NUL; empty where all are.
std::optional<std::size_t> find_bad_byte(std::string_view text);

}  // namespace thumbs
