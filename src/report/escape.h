// Names and messages made safe to show: bytes are whatever a file system holds, JSON wants UTF-8, and a terminal
// must not be driven by a file's name.
#pragma once

#include <string>
#include <string_view>

namespace thumbs {

/// A path for JSON, or a message, which may hold paths: each byte outside a well-formed sequence of UTF-8 becomes %XX,
/// and each '%' becomes %25, so that no two are written alike.
std::string json_path(std::string_view path);

/// A name for people, the way git does it: as it is, or in double quotes with C escapes where it holds control
/// characters, quotes, backslashes, bytes that are not UTF-8, or characters that reorder a line.
std::string display_name(std::string_view name);

/// A message for people: as `display_name`, but without the quotes; quotes and backslashes stay as they are.
std::string printable(std::string_view message);

}  // namespace thumbs
