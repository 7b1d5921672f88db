// Content hashes of files, together with the stat data that they belong to.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "disk/disk.h"
#include "support/hash.h"

namespace thumbs::disk {

inline constexpr std::size_t k_head_bytes = 64;

/// The hash of a file, with the stat data of exactly those bytes and the time of the stat.
struct Content {
  StatData stat_data;
  std::int64_t statted_at_ns = 0;
  Hash128 hash;
  std::vector<std::byte> head;  ///< the first k_head_bytes or less, to detect the format
};

/// The first k_head_bytes of `bytes`, or less.
std::vector<std::byte> head_of(std::span<const std::byte> bytes);

/// What one pass over a file gave.
struct Reading {
  Content content;          ///< hash and head
  std::uint64_t bytes = 0;  ///< how many were read
};

/// Reads a file that others may write to. 1: opens it and takes its stat data; 2: `read` reads it to the end; 3: takes
/// the stat data again. If they differ, or `read` got another number of bytes, all that once more; then throws Error
/// `changed_while_read`. `read` may keep the file.
Content read_stable(const DiskReader& disk, const std::string& path,
                    const std::function<Reading(const std::shared_ptr<InputFile>&, std::uint64_t size)>& read);

/// Hashes a file in pieces of 1 MiB, by read_stable(). Adds to `bytes_read`, if given. Calls `look` with the first
/// piece, once or twice. Throws Error `interrupted` if `stop` returns true between two pieces.
Content read_content(const DiskReader& disk, const std::string& path, std::uint64_t* bytes_read = nullptr,
                     const std::function<void(std::span<const std::byte>)>& look = {},
                     const std::function<bool()>& stop = {});

/// All bytes of a file as long as it was when it was opened; fewer where it has shrunk. Throws Error `too_large` where
/// there are more than `most` (0: any number). Calls `between`, which may throw, before each piece of 4 MiB.
std::vector<std::byte> read_bytes(const DiskReader& disk, const std::string& path, std::uint64_t most,
                                  const std::function<void()>& between = {});

/// The same as text.
std::string read_text(const DiskReader& disk, const std::string& path);

}  // namespace thumbs::disk
