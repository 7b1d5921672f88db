// Writes files atomically: temporary file, stat, rename. Thread-safe.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "disk/disk.h"

namespace thumbs::disk {

/// Prefix of temporary files.
inline constexpr std::string_view k_temporary_prefix = ".thumbs-tmp-";

/// Writes outputs so that readers see the old file or the new one, never a part.
class Publisher {
 public:
  explicit Publisher(Disk& disk) : disk_(disk) {}

  /// 1: writes a temporary file in path's folder, which it creates if missing; 2: stats it; 3: renames it to path,
  /// replacing a file or a link. Returns that stat, whose size and mtime are the output's. Does not sync. Throws Error
  /// (no_space, unwritable, io; stage "write"): then the temporary file is removed and the old file is intact.
  FileStat publish(const std::string& path, std::span<const std::byte> bytes);

  /// The same, but returns empty and changes nothing if `path` exists.
  std::optional<FileStat> publish_new(const std::string& path, std::span<const std::byte> bytes);
  /// Folders that were created since the last call.
  std::vector<std::string> take_made_folders();

 private:
  template <class Rename>
  FileStat write_and_rename(const std::string& path, std::span<const std::byte> bytes, const Rename& rename);
  void ensure_folder(const std::string& folder);

  Disk& disk_;
  std::mutex mutex_;
  std::unordered_set<std::string> folders_;
  std::vector<std::string> made_folders_;
};

/// Replaces a file atomically and durably: 1: writes a temporary file in path's folder, which it creates if missing;
/// 2: syncs it; 3: renames it to path, replacing a file or a link; 4: syncs that. Even after a power cut `path` is the
/// old file or the new one. Returns the folders that it created. Throws Error (no_space, unwritable, io): then the
/// temporary file is removed.
std::vector<std::string> replace_file(Disk& disk, const std::string& path, std::span<const std::byte> bytes);

/// Removes temporary files of dead processes from `folders`. Returns how many.
std::size_t sweep_temporaries(Disk& disk, const std::vector<std::string>& folders);

}  // namespace thumbs::disk
