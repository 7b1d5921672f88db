// Lexical operations on paths: no disk access.
#pragma once

#include <string>
#include <string_view>

namespace thumbs {

/// Whether a path, after normalisation, is absolute, empty or starts with "..".
bool leaves_root(std::string_view path);

/// Removes ".", "..", and repeated slashes; keeps leading "..". "" is the root folder of relative paths. An absolute
/// path stays absolute.
std::string normalise_path(std::string_view path);

/// "a" + "b/c" → "a/b/c"; either may be "". REQUIRES normalised paths; `below` may start with "..".
std::string join_path(std::string_view folder, std::string_view below);

/// The folder of a relative path: "a/b/c" → "a/b", "a" → "".
std::string_view parent_of(std::string_view path);

/// `path` as a normalised path relative to the absolute `folder`; "" is `folder` itself. `path` may be absolute, or
/// relative to `folder`.
std::string relative_to(std::string_view folder, std::string_view path);

/// Whether `path` is `folder` or lies below it; "" is the manifest's folder.
bool is_at_or_below(std::string_view path, std::string_view folder);

}  // namespace thumbs
