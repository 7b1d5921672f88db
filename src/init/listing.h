// Which pictures a folder holds, by their names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "disk/disk.h"
#include "support/built_formats.h"

namespace thumbs::init {

/// Paths are relative to the folder that was listed.
struct Listing {
  std::vector<std::string> pictures;          ///< files that a set takes, or can be told to; sorted by bytes
  std::vector<std::string> links;             ///< links named like pictures: a set may take those, too
  std::vector<std::string> not_built;         ///< pictures in a format that this build lacks
  std::map<std::string, std::size_t> unread;  ///< files of other picture formats: how many, by lower-case extension
  std::vector<std::string> skipped;           ///< folders that were not entered because of their names
  std::vector<std::string> unlistable;        ///< folders that could not be read
  std::vector<std::string> top;               ///< all names in the folder itself
  bool cut_off = false;                       ///< there is more than was listed
};

/// How much list_pictures() reads.
struct ListingLimits {
  std::size_t pictures = 100000;
  std::size_t folders = 100000;
};

/// Walks the folder. Enters no links, no hidden folders and none that hold dependencies, thumbnails or what another
/// tool builds. Calls `seen` with the number of pictures so far. Throws Error `interrupted` once `stop` returns true.
Listing list_pictures(const disk::DiskReader& disk, const BuiltFormats& built, const ListingLimits& limits,
                      const std::function<void(std::uint64_t)>& seen, const std::function<bool()>& stop);

/// The extension of a picture that this build reads but no set takes by default, in lower case: "gif"; else "".
std::string_view named_extension(std::string_view name, const BuiltFormats& built);

/// Whether a folder of this name is not entered, given the names beside it at the top.
bool is_skipped(const std::string& path, const std::vector<std::string>& top);

/// Whether `top` has a configuration file of Hugo.
bool is_hugo(const std::vector<std::string>& top);

}  // namespace thumbs::init
