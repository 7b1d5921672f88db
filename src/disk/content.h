// Content hashes of files, together with the stat data that they belong to.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "disk/disk.h"
#include "support/hash.h"

namespace thumbs::disk {

/// The hash of a file, with the stat data of exactly those bytes and the time of the stat.
struct Content {
  StatData stat_data;
  std::int64_t statted_at_ns = 0;
  Hash128 hash;
  std::vector<std::byte> head;  ///< the first 64 bytes or less, to detect the format
};

/// Hashes a file in pieces of 1 MiB. 1: open and fstat; 2: read to the end; 3: fstat again. If the stats differ, reads
/// it once more, then throws Error `changed_while_read`. Adds to `bytes_read`, if given. Calls `look` with the first
/// piece, once or twice. Throws Error `interrupted` if `stop` returns true between two pieces.
Content read_content(const DiskReader& disk, const std::string& path, std::uint64_t* bytes_read = nullptr,
                     const std::function<void(std::span<const std::byte>)>& look = {},
                     const std::function<bool()>& stop = {});

}  // namespace thumbs::disk
