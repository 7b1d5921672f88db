// Compiled segments of a glob, and matching one of them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thumbs::manifest {

struct GlobToken {
  enum class Kind { literal, any_char, any_run, one_of };
  Kind kind = Kind::literal;
  std::string text;                                   ///< literal: its bytes
  std::vector<std::pair<char32_t, char32_t>> ranges;  ///< one_of: first to last
  bool negated = false;                               ///< one_of
  bool fold = false;                                  ///< ignore ASCII case
};

struct GlobSegment {
  bool any_folders = false;  ///< "**"; `tokens` is empty then
  bool starts_with_dot = false;
  std::vector<GlobToken> tokens;
};

/// Whether the whole of `name` matches. A leading dot is like any other character.
bool segment_matches(const GlobSegment& segment, std::string_view name);

/// Whether `name` ends in `token`'s text.
bool ends_in_literal(std::string_view name, const GlobToken& token);

/// The character at the start of `text` and its length in bytes; a byte that is not UTF-8 counts as 0x110000 + byte.
/// REQUIRES a `text` that is not empty.
std::pair<char32_t, std::size_t> first_character(std::string_view text);

/// Expands the braces of a pattern. Throws std::invalid_argument (glob.h).
std::vector<std::string> expand_braces(std::string_view pattern);

/// Compiles a pattern without braces. Throws std::invalid_argument (glob.h). The last segment is never "**".
std::vector<GlobSegment> compile_segments(std::string_view pattern);

}  // namespace thumbs::manifest
