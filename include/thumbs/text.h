// Names, messages and numbers for people, in the words of thumbs. All functions are pure.
//
// Paths in items, warnings and errors are the bytes of file names: they need not be UTF-8, and may hold what drives a
// terminal. Show them through these.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "thumbs/export.h"

namespace THUMBS_PUBLIC thumbs {

/// A name for people, the way git does it: as it is, or in double quotes with C escapes where it holds control
/// characters, quotes, backslashes, bytes that are not UTF-8, or characters that reorder a line.
std::string display_name(std::string_view name);

/// A message for people: as `display_name`, but without the quotes; quotes and backslashes stay as they are.
std::string printable(std::string_view message);

/// A path for JSON, or a message, which may hold paths: each byte outside a well-formed sequence of UTF-8 becomes %XX,
/// and each '%' becomes %25, so that no two are written alike. to_json() writes all paths so.
std::string json_path(std::string_view path);

/// The text in double quotes, control characters escaped, shortened where it is long: safe in a message.
std::string in_quotes(std::string_view text);

/// "0 B", "999 B", "9.8 KiB", "1.0 GiB".
std::string size_text(std::uint64_t bytes);

/// "0.3 s", "12 s", "2:05 min", "1:02:03 h".
std::string duration_text(double seconds);

/// Bytes of "1GiB", "64MiB", "500MB", "1.5G", "4096" or "4096B", as manifests write them: a number, at most one space,
/// and a unit, case aside. K, M, G, T and KiB … TiB are powers of 1024, KB … TB powers of 1000. A fraction is rounded
/// to whole bytes. Empty for anything else and for sizes of more than k_max_size bytes.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// The largest size that a manifest may state: what every JSON reader holds exactly.
inline constexpr std::uint64_t k_max_size = (std::uint64_t{1} << 53) - 1;

/// The member of `known` nearest to `unknown` (edit distance with swaps, ASCII case aside); "" where none is near.
std::string_view nearest(std::string_view unknown, std::span<const std::string_view> known);

/// What follows 'unknown key "x"': ': did you mean "y"?', or where nothing is near ': known are "a", "b"'.
std::string suggestion(std::string_view unknown, std::span<const std::string_view> known);

}  // namespace thumbs
