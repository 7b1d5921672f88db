// Many files at once, in parallel: their states, and their contents' hashes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "disk/content.h"
#include "disk/disk.h"

namespace thumbs {

/// The state of each path, links not followed. Neighbours in one folder are asked for together: paths in folder order
/// are fast. Throws Error where a folder cannot be searched, and Error interrupted once `stop`, where given, is true.
std::vector<FileStat> stat_files(const DiskReader& disk, std::span<const std::string_view> paths,
                                 const std::function<bool()>& stop = {});

struct ReadContents {
  std::vector<std::optional<Content>> contents;  ///< one a path; empty where it could not be read, or after `stop`
  std::uint64_t bytes_read = 0;
};

/// Hashes each path. `progress(done, total)` is called one at a time; `stop`, where it turns true, ends it early,
/// within a file too.
/// `look(i, bytes)`, where given, is shown how file i begins, see read_content(); several at once.
ReadContents read_contents(const DiskReader& disk, std::span<const std::string> paths,
                           const std::function<void(std::uint64_t, std::uint64_t)>& progress,
                           const std::function<bool()>& stop,
                           const std::function<void(std::size_t, std::span<const std::byte>)>& look = {});

}  // namespace thumbs
