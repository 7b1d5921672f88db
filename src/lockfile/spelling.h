// Paths in a lockfile: on one line, in UTF-8, without loss.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace thumbs::lockfile {

/// Appends `path` to `out`, with '%', control characters and bytes that are not UTF-8 as %XX.
void append_lockfile_path(std::string& out, std::string_view path);

/// Decodes a path. Empty if it is invalid: a broken %XX, a null byte, absolute, or not normalised ("", "a//b", "./a",
/// "a/../b").
std::optional<std::string> read_lockfile_path(std::string_view spelled);

}  // namespace thumbs::lockfile
