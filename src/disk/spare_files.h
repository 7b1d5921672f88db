// The pool of replaced files that can be written over, bounded. Until the rename that replaced one is on stable
// storage, a power cut may bring its name back: it waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "disk/disk.h"

namespace thumbs::disk {

/// Thread-safe.
class SpareFiles {
 public:
  /// False if there are too many, or they are closed.
  bool add(const OldFile& file, std::string path);

  std::size_t count() const;

  /// Files that wait, at least one of each file system: to be synced with all of it.
  std::vector<std::string> waiting() const;
  /// Each file that waits may now be taken.
  void synced();

  /// A file for `size` bytes, with these traits: the shortest of those that need as many blocks, or a shorter one. To
  /// free blocks costs, and XFS waits for the disk where a file grows within a block.
  std::optional<std::string> take(const FileTraits& traits, std::uint64_t size);
  std::vector<std::string> take_all();

  /// No more are added from now on.
  void close();

 private:
  struct Kind {
    FileTraits traits;
    std::uint64_t size = 0;  ///< bytes
    auto operator<=>(const Kind&) const = default;
  };
  using Pool = std::multimap<Kind, std::string>;

  mutable std::mutex mutex_;
  bool closed_ = false;
  Pool waiting_;
  Pool ready_;
};

}  // namespace thumbs::disk
