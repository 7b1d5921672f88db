// Stats and hashes many files in parallel.
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

namespace thumbs::scan {

/// Stats each path, links not followed. Fast if paths of one folder are adjacent. Throws Error if a folder cannot be
/// searched, and Error `interrupted` once `stop` returns true.
std::vector<disk::FileStat> stat_files(const disk::DiskReader& disk, std::span<const std::string_view> paths,
                                       const std::function<bool()>& stop = {});

struct ReadContents {
  std::vector<std::optional<disk::Content>> contents;  ///< parallel to the paths; empty if not read, or after `stop`
  std::uint64_t bytes_read = 0;
};

/// Hashes each path. Calls to `progress(done, total)` never overlap. Ends early, also within a file, once `stop`
/// returns true. Calls `look(i, bytes)` with the first piece of file i, see read_content(); these calls may overlap.
ReadContents read_contents(const disk::DiskReader& disk, std::span<const std::string> paths,
                           const std::function<void(std::uint64_t, std::uint64_t)>& progress,
                           const std::function<bool()>& stop,
                           const std::function<void(std::size_t, std::span<const std::byte>)>& look = {});

}  // namespace thumbs::scan
