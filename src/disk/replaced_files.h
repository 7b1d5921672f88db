// Keeps the files that a run replaces, so that people can look at before and after: hard links in one folder, bounded.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "disk/disk.h"
#include "support/hash.h"

namespace thumbs::disk {

inline constexpr std::uint64_t k_most_replaced_files = 1000;
inline constexpr std::uint64_t k_most_replaced_bytes = std::uint64_t{64} << 20;

/// What the name of a kept file says.
struct ReplacedName {
  Hash128 key;
  int width = 0;  ///< pixels
  int height = 0;
};

/// Of the file at `path`. `owner` tells apart the projects that share a folder.
Hash128 replaced_key(std::string_view owner, std::string_view path);

/// "KEY-WIDTHxHEIGHT.EXT"; the extension is that of `path`.
std::string replaced_name(const ReplacedName& name, std::string_view path);

/// Empty if this is no such name.
std::optional<ReplacedName> parse_replaced_name(std::string_view name);

/// A file that is kept, with its name and stat data.
struct ReplacedFile {
  ReplacedName name;
  DirEntry entry;
};

/// The kept files in `folder`, in any order. Empty if there is no such folder, or if it cannot be listed.
std::vector<ReplacedFile> list_replaced(const DiskReader& disk, const std::string& folder);

/// Thread-safe. Fails silently: a build does not need these files.
class ReplacedFiles {
 public:
  /// Keeps nothing if `folder` is "". `owner`: see replaced_key().
  ReplacedFiles(Disk& disk, std::string folder, std::string owner)
      : disk_(disk), folder_(std::move(folder)), owner_(std::move(owner)) {}

  /// To be called before the file at `path` is replaced: gives it a second name. The first call removes the files that
  /// earlier runs kept, and makes the folder if its parent exists.
  void keep(const std::string& path, int width, int height, std::uint64_t bytes) noexcept;

 private:
  bool try_to_start() noexcept;
  bool reserve(std::uint64_t bytes);

  Disk& disk_;
  const std::string folder_;
  const std::string owner_;
  std::once_flag started_;
  bool usable_ = false;
  std::atomic<std::uint64_t> files_{0};
  std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace thumbs::disk
