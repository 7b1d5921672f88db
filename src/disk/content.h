// Reads whole files and says what was in them: the content hash of bytes that belong to one stat
// stat data.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "disk/disk.h"
#include "support/hash.h"

namespace thumbs {

/// The stat data, when it was taken, and the hash of the very bytes that stood behind it.
struct Content {
  StatData stat_data;
  std::int64_t statted_at_ns = 0;
  Hash128 hash;
  std::vector<std::byte> head;  ///< the first bytes, at most 64: enough to tell the format
};

/// Hashes a file in pieces. 1: open and fstat; 2: read to the end; 3: fstat again. Where 1 and 3 differ
/// the file changed while it was read: it is read once more, then Error `changed_while_read`.
/// `bytes_read`, where given, is added to. `look`, where given, is shown the first piece of the file (1 MiB, or all of
/// it), once or twice. Throws Error interrupted once `stop`, where given, is true between two pieces.
Content read_content(const DiskReader& disk, const std::string& path, std::uint64_t* bytes_read = nullptr,
                     const std::function<void(std::span<const std::byte>)>& look = {},
                     const std::function<bool()>& stop = {});

}  // namespace thumbs
