// Paths as text: no disk is asked, no link followed.
#pragma once

#include <string>
#include <string_view>

namespace thumbs {

/// Whether a relative path, its "." and ".." folded, is absolute, empty or starts with "..".
bool leaves_root(std::string_view path);

/// Folds "." and ".." and repeated slashes lexically; "" for the root itself. Leading ".." stay. An absolute path stays
/// absolute ("/" at least).
std::string normalise_path(std::string_view path);

/// "a" + "b/c" → "a/b/c"; either may be "". Both are normalised; `below` may start with "..".
std::string join_path(std::string_view folder, std::string_view below);

/// The folder that a relative path lies in: "a/b/c" → "a/b"; "" for a name alone. Lexical.
std::string_view parent_of(std::string_view path);

/// `path`, taken from the absolute `folder` where it is relative, as a normalised path relative to `folder`: "" is
/// `folder` itself. Lexical.
std::string relative_to(std::string_view folder, std::string_view path);

/// Whether `path` is `folder` or below it; "" is the manifest's folder.
bool is_at_or_below(std::string_view path, std::string_view folder);

}  // namespace thumbs
