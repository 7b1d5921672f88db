// Escapes names and messages: file names may be any bytes, JSON needs UTF-8, and a name must not control the terminal.
#pragma once

#include <string>
#include <string_view>

namespace thumbs {

/// A path, or a message that may contain paths, for JSON: bytes that are not UTF-8 become %XX, and '%' becomes %25, so
/// that different paths stay different.
std::string json_path(std::string_view path);

/// A name for the terminal, quoted like git does: in double quotes with C escapes if it has control characters, quotes,
/// backslashes, bytes that are not UTF-8, or bidirectional controls; otherwise unchanged.
std::string display_name(std::string_view name);

/// A message for the terminal: like display_name(), but adds no quotes and keeps quotes and backslashes.
std::string printable(std::string_view message);

}  // namespace thumbs
