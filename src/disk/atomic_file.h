// Puts finished bytes in their place: temporary file, stat, rename. Thread-safe.
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

namespace thumbs {

/// What the names of our own unfinished files begin with.
inline constexpr std::string_view k_temporary_prefix = ".thumbs-tmp-";

/// Publishes outputs: whoever looks at `path` sees the old file or the new one, never a part.
class Publisher {
 public:
  explicit Publisher(Disk& disk) : disk_(disk) {}

  /// 1: write a temporary file in path's own folder (made where missing); 2: stat it; 3: rename it onto path, replacing
  /// a file or a link. Gives that stat, whose size and mtime are the output's. On any failure the temporary file is
  /// removed and what stood at path is whole. Not synced yet: the caller syncs before it claims anything. Throws Error
  /// (no_space, unwritable, io), its stage "write".
  FileStat publish(const std::string& path, std::span<const std::byte> bytes);

  /// The same where nothing is at `path`; empty, and nothing changed, where something is.
  std::optional<FileStat> publish_new(const std::string& path, std::span<const std::byte> bytes);
  /// The folders that had to be made since the last call.
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

/// Replaces a file that is not made anew as easily as an output: 1: write a temporary file in path's own folder (made
/// where missing); 2: sync it; 3: rename it onto path, replacing a file or a link; 4: sync that. Whatever happens, a
/// whole file stands at path. Gives the folders that had to be made. Throws Error (no_space, unwritable, io); then the
/// temporary file is removed.
std::vector<std::string> replace_file(Disk& disk, const std::string& path, std::span<const std::byte> bytes);

/// Removes temporary files that a run which is no more left in `folders`. Another live run's are kept. Returns how
/// many.
std::size_t sweep_temporaries(Disk& disk, const std::vector<std::string>& folders);

}  // namespace thumbs
