// Removes a cache: its file, its journal, and its folder.
#pragma once

#include <string>

namespace thumbs::cache {

/// Removes FILE and its journal; then its folder, if only our .gitignore is left in it. A missing file is no error.
/// Throws Error (unwritable, io).
void remove_cache(const std::string& file);

}  // namespace thumbs::cache
