// The names below a folder, whatever patterns say: what suggestions are made from.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "disk/disk.h"

namespace thumbs {

/// Paths below a folder; those at the top first.
struct NamesBelow {
  std::vector<std::string> files;    ///< all but folders: links too
  std::vector<std::string> folders;  ///< those that a link leads to are not known as such
  std::vector<std::string> unknown;  ///< folders that were not looked into: there were too many names, or it failed
};

/// Lists names until `most` are found; follows no link, stats no file, and stays out of ".git". Never throws Error.
NamesBelow names_below(const DiskReader& disk, const std::string& folder, std::size_t most);

}  // namespace thumbs
