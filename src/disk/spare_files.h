// The pool of replaced files that can be written over, bounded. Until the rename that replaced one is on stable storage,
// a power cut may bring its name back: it waits.
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
  /// False if there are too many.
  bool add(const OldFile& file, std::string path);

  /// Files that wait, at least one of each file system: to be synced with all of it.
  std::vector<std::string> waiting() const;
  /// Each file that waits may now be taken.
  void synced();

  /// A file for `size` bytes, with these traits. Never a longer one by whole blocks: freeing blocks is what costs.
  std::optional<std::string> take(const FileTraits& traits, std::uint64_t size);
  std::vector<std::string> take_all();

 private:
  using Blocks = std::uint64_t;
  struct Kind {
    FileTraits traits;
    Blocks blocks = 0;
    auto operator<=>(const Kind&) const = default;
  };
  using Pool = std::map<Kind, std::vector<std::string>>;

  mutable std::mutex mutex_;
  std::size_t count_ = 0;
  Pool waiting_;
  Pool ready_;
};

}  // namespace thumbs::disk
