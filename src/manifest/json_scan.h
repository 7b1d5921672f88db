// Finds the bounds of tokens in JSON text that a parser has accepted so far.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace thumbs::manifest {

inline constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

/// The index of the first byte from `at` on that is neither white space nor in a comment, or the text's size. An
/// unclosed comment does not count as one.
std::size_t skip_blank(std::string_view text, std::size_t at);

/// The index after the token at `at`.
std::size_t token_end(std::string_view text, std::size_t at);

/// The index of the first byte that is NUL or not UTF-8; empty if there is none.
std::optional<std::size_t> find_bad_byte(std::string_view text);

}  // namespace thumbs::manifest
