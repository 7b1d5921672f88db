// The end of a cache: its file, its journal, and the folder that was made for it.
#pragma once

#include <string>

namespace thumbs {

/// Removes FILE and its journal, and its folder with the .gitignore of "*" where nothing else is left in it. A missing
/// file is fine. Throws Error (unwritable, io).
void remove_cache(const std::string& file);

}  // namespace thumbs
