// Real paths of any length.
#pragma once

#include <string>

namespace thumbs::disk {

/// realpath(3) without its limit of PATH_MAX: the absolute path with all links resolved. A relative `path` starts at
/// the open folder `base`, whose real path is `base_path`. On failure returns "" and sets errno.
std::string real_path_at(int base, const std::string& base_path, const std::string& path);

/// The same, relative to the current folder.
std::string real_path_of(const std::string& path);

}  // namespace thumbs::disk
