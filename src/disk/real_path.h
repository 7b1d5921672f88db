// Real names of files: every link resolved, of any length.
#pragma once

#include <string>

namespace thumbs {

/// The absolute path of `path` with every link resolved, as realpath(3), but not bound to PATH_MAX. A relative `path`
/// starts at the open folder `base`, whose own real path is `base_path`. "" on failure: see errno.
std::string real_path_at(int base, const std::string& base_path, const std::string& path);

/// The same from the current folder.
std::string real_path_of(const std::string& path);

}  // namespace thumbs
