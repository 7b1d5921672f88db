// Gives a replaced file the bytes of the next one: cheaper than to free it and to create another. Linux, ext4 and XFS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "disk/disk.h"
#include "support/fd.h"

namespace thumbs::disk {

/// Files are written over by blocks of so many bytes, which are pages, too.
inline constexpr std::size_t k_block = 4096;
constexpr std::size_t blocks_of(std::uint64_t bytes) {
  return static_cast<std::size_t>((bytes + k_block - 1) / k_block);
}

/// Whether it pays to write over files where the new file at `place` lies, and other new ones there are just like it.
bool is_worth_reusing(const ReachablePath& place);

/// Mount 0 if they are unknown.
FileTraits traits_of(const ReachablePath& place);

/// Empty if the file at `place` cannot be written over: it is large, empty, has another name, or is no regular file.
std::optional<OldFile> reusable_file(const ReachablePath& place);

/// See Disk::write_over().
bool write_over(const ReachablePath& place, std::span<const std::byte> bytes);

}  // namespace thumbs::disk
