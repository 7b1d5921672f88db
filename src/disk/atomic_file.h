// Writes files atomically: temporary file, stat, rename. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "disk/disk.h"
#include "disk/spare_files.h"

namespace thumbs::disk {

/// Prefix of temporary files.
inline constexpr std::string_view k_temporary_prefix = ".thumbs-tmp-";

/// Writes outputs in two steps, so that readers see the old file or the new one, never a part: stage(), then place().
/// Where the temporary file is synced in between, that holds after a power cut too. Temporary files lie beside their
/// outputs, or, while creating files there is slow, in a staging folder beside them. Where the disk allows it, a
/// replaced file becomes the temporary file of a later output.
class Publisher {
 public:
  /// A whole new file that waits beside its place.
  struct Staged {
    std::string temporary;
    FileStat stat;  ///< its size and mtime are the output's
  };

  explicit Publisher(Disk& disk) : disk_(disk) {}
  /// Removes the spare files and the staging folders. All temporary files must have been placed or dropped.
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// So many more calls of stage() will come: more files than that are not kept to be written over.
  void expect(std::size_t outputs) { expected_ += static_cast<std::ptrdiff_t>(outputs); }

  /// Writes a temporary file in path's folder, which it creates if missing, or in a staging folder there, and stats it.
  /// Throws Error (no_space, unwritable, io; stage "write"): then there is no temporary file.
  Staged stage(const std::string& path, std::span<const std::byte> bytes);

  /// Renames `temporary` to `path`, replacing a file or a link. Throws Error (unwritable, io; stage "write"): then the
  /// temporary file is removed and the old file is intact.
  void place(const std::string& temporary, const std::string& path);
  /// The same, but where `path` exists it only removes the temporary file, and returns false.
  bool place_new(const std::string& temporary, const std::string& path);
  /// Removes a temporary file. Ignores errors: the next run sweeps.
  void drop(const std::string& temporary) noexcept;

  /// Files whose file systems must be flushed whole before replaced files can be written over. flushed() says that this
  /// was done; no place() may come in between.
  std::vector<std::string> to_be_flushed() const { return spares_.waiting(); }
  void flushed() { spares_.synced(); }

  /// Folders that were created since the last call.
  std::vector<std::string> take_made_folders();

 private:
  template <class Body>
  auto or_drop(const std::string& temporary, const std::string& path, const Body& body);

  // A folder of outputs, what new files in it are like, and how long it took to create the last ones.
  struct Folder {
    std::optional<FileTraits> traits;  ///< empty until the first file is there
    std::vector<std::string> staging;  ///< folders; the last one is used
    bool can_stage = true;
    int files = 0;
    double seconds = 0;
  };
  struct Place {
    std::string folder;
    std::optional<FileTraits> traits;
  };
  Place place_for_temporaries(const std::string& folder);
  std::string write(const std::string& folder, std::span<const std::byte> bytes);
  std::string write_new(const std::string& folder, const Place& place, std::span<const std::byte> bytes);
  std::optional<std::string> write_over(const FileTraits& traits, std::span<const std::byte> bytes);
  bool drop_spares() noexcept;
  static bool is_of_folder(std::string_view temporary, std::string_view folder);
  bool keeps_replaced(const std::string& path);
  void rename_or_keep(const std::string& temporary, const std::string& path);
  void copy_over(const std::string& temporary, const std::string& path);
  void note_time(const std::string& folder, double seconds);

  Disk& disk_;
  std::mutex mutex_;
  std::unordered_map<std::string, Folder> folders_;
  SpareFiles spares_;
  std::atomic<std::ptrdiff_t> expected_ = 0;  // below 0 without expect()
  bool creating_was_slow_ = false;
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
