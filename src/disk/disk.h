// The seam between the engine and the disk: everything that reads or writes a file goes through
// here, so that tests can put a made-up disk and clock in its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thumbs {

enum class FileKind : std::uint8_t { missing, regular, directory, symlink, other };

/// What "the same file as before" means; nanoseconds since 1970.
struct StatData {
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
  std::uint64_t inode = 0;
  bool operator==(const StatData&) const = default;
};

struct FileStat {
  FileKind kind = FileKind::missing;
  StatData stat_data;
  std::uint64_t device = 0;
};

struct DirEntry {
  std::string name;
  FileStat stat;  ///< of the entry itself, links not followed; for kinds but regular only `kind` is set
};

/// An open file, read from its start. Not thread-safe.
class InputFile {
 public:
  virtual ~InputFile() = default;
  /// The state of the open file now (fstat). Throws Error.
  virtual FileStat stat() = 0;
  /// Reads up to out.size() bytes from `offset`; returns how many, 0 at the end. Retries EINTR and
  /// short reads. Throws Error (unreadable or io).
  virtual std::size_t read(std::uint64_t offset, std::span<std::byte> out) = 0;
};

/// Paths are bytes, '/'-separated, relative to the manifest's folder ("" is that folder). Errors are
/// thrown as thumbs::Error with the path and errno's text. All methods may be called from any thread
/// at the same time.
class DiskReader {
 public:
  virtual ~DiskReader() = default;

  /// Nanoseconds since 1970, the clock that file times come from.
  virtual std::int64_t now_ns() const = 0;

  /// The entries of folder `dir` for which `wanted(name, kind)` holds, in any order, "." and ".." left
  /// out. Each regular file that is wanted is statted relative to the open folder. One that vanishes
  /// meanwhile is left out; a folder that is gone (or no folder any more) has no entries. Throws Error
  /// where the folder cannot be listed, or a wanted file not statted. `wanted` runs on this thread alone.
  virtual std::vector<DirEntry> list(const std::string& dir,
                                     const std::function<bool(std::string_view, FileKind)>& wanted) const = 0;

  /// The state of `path`; kind `missing` where nothing is or can be: a parent is no folder, links go in a
  /// circle, the name is too long. Throws Error where that cannot be told.
  virtual FileStat stat(const std::string& path, bool follow_links) const = 0;

  /// The states of `names` in folder `dir`, links not followed; all missing where `dir` is. Kind `other`
  /// where that cannot be told: one folder that may not be entered hides no other.
  virtual std::vector<FileStat> stat_in(const std::string& dir, std::span<const std::string_view> names) const = 0;

  /// Opens a regular file (links followed). Throws Error `unreadable` for what is none (never blocks on a FIFO).
  virtual std::unique_ptr<InputFile> open(const std::string& path) const = 0;

  /// `path` with every link resolved, absolute; "" where it does not exist.
  virtual std::string real_path(const std::string& path) const = 0;
};

class Disk : public DiskReader {
 public:
  /// Makes `dir` and its parents; fine where they exist. Gives those that this call made, by their paths in `dir`, the
  /// upper ones first. Throws Error (unwritable, no_space, io).
  virtual std::vector<std::string> make_directories(const std::string& dir) = 0;
  /// Writes a new file (fails where one is), mode 0666 & ~umask, removed again on failure. Not synced.
  virtual void write_new(const std::string& path, std::span<const std::byte> bytes) = 0;
  /// rename(2): replaces a file or link at `to`, never follows it.
  virtual void rename(const std::string& from, const std::string& to) = 0;
  /// The same where nothing is at `to`; false, and nothing done, where something is.
  virtual bool rename_new(const std::string& from, const std::string& to) = 0;
  /// unlink(2); false where nothing was there. Throws Error for a folder.
  virtual bool remove(const std::string& path) = 0;
  /// Removes the folder if it is empty; false otherwise. Never throws.
  virtual bool remove_empty_directory(const std::string& dir) noexcept = 0;
  /// Brings what was written to these files to stable storage, their renames too: one syncfs for each file
  /// system, or fsync of each file and its folder where syncfs cannot report errors (Linux before 5.8), is not there or
  /// is not allowed (gVisor, a seccomp filter).
  /// What is gone meanwhile is passed over.
  virtual void sync(std::span<const std::string> paths) = 0;
};

/// The real disk; `folder` is the manifest's, absolute. Throws Error where it cannot be opened.
std::unique_ptr<Disk> open_disk(const std::string& folder);

}  // namespace thumbs
