// Lists all names below a folder, for suggestions of patterns.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "disk/disk.h"

namespace thumbs::scan {

/// Paths below a folder, those with fewer segments first.
struct NamesBelow {
  std::vector<std::string> files;    ///< everything but folders, including links
  std::vector<std::string> folders;  ///< without links to folders
  std::vector<std::string> unknown;  ///< folders that were not listed: too many names, or an error
};

/// Lists names until it has found `most`. Follows no links, stats no files, skips ".git". Never throws Error.
NamesBelow names_below(const disk::DiskReader& disk, const std::string& folder, std::size_t most);

}  // namespace thumbs::scan
