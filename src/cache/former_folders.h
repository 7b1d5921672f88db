// Where former runs wrote, without reading all of their records.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace thumbs::cache {

/// The folders of recorded outputs that lie neither in one of `known` nor below it; one that lies below another is left
/// out. Paths are as recorded: relative to the manifest's folder. Takes a query for each folder, not a row for each
/// output. None if there is no `file`. Throws Error where it is no sound cache or
/// cannot be read.
std::vector<std::string> former_folders(const std::string& file, std::span<const std::string> known);

}  // namespace thumbs::cache
