// The read stage: a source's bytes together with the hash of those very bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "disk/content.h"
#include "disk/disk.h"
#include "image/codec/codec.h"

namespace thumbs::pipeline {

/// Larger files are not held in memory: they are hashed as they stream, and decoded in a second pass.
inline constexpr std::uint64_t k_largest_in_memory = std::uint64_t{16} << 20;

/// An opened source. `content.hash` is of the bytes that `bytes()` gives.
class LoadedSource {
 public:
  virtual ~LoadedSource() = default;
  virtual image::ByteSource& bytes() = 0;
  /// What it holds in memory.
  virtual std::uint64_t memory() const = 0;
  /// To be called after decoding: throws Error `changed_while_read` where the bytes that were decoded are not those
  /// that were hashed.
  virtual void confirm() = 0;

  disk::Content content;
  std::uint64_t bytes_read = 0;  ///< from the disk, all passes
};

/// Opens, reads and hashes. 1: open and fstat; 2: read; 3: fstat again: where the two differ, once more from the start,
/// then Error `changed_while_read`. Over `limits.input_bytes`: Error `too_large`, nothing read. Stage of errors:
/// "read". Files of up to `largest_in_memory` bytes are kept whole, of k_largest_in_memory at most.
std::unique_ptr<LoadedSource> load_source(const disk::DiskReader& disk, const std::string& path, const Limits& limits,
                                          std::uint64_t largest_in_memory = k_largest_in_memory);

}  // namespace thumbs::pipeline
