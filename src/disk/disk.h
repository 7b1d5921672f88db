// The interface to the disk and the clock. Everything that reads or writes sources and outputs goes through it, so that
// tests can use a fake disk.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thumbs::disk {

enum class FileKind : std::uint8_t { missing, regular, directory, symlink, other };

/// Equal stat data means an unchanged file. Times are nanoseconds since 1970.
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
  FileStat stat;  ///< of the entry itself, links not followed; only `kind` is set unless it is a regular file
};

/// What decides whether one file can take another's place. `mount` is 0 where files are not to be written again.
struct FileTraits {
  std::uint64_t mount = 0;
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
  std::uint32_t mode = 0;
  auto operator<=>(const FileTraits&) const = default;
};

/// A file that a rename replaced and that lives on under another name.
struct OldFile {
  FileTraits traits;
  std::uint64_t size = 0;  ///< bytes
};

/// An open file, read from its start. Not thread-safe.
class InputFile {
 public:
  virtual ~InputFile() = default;
  /// fstat(2); the first call may give what open() saw. Throws Error.
  virtual FileStat stat() = 0;
  /// Reads out.size() bytes at `offset`, fewer only at the file's end; returns how many. Retries EINTR and short reads.
  /// Throws Error (unreadable, io).
  virtual std::size_t read(std::uint64_t offset, std::span<std::byte> out) = 0;
};

/// Paths are bytes, '/'-separated, relative to the manifest's folder ("" is that folder). Methods throw Error with the
/// path and errno's text. Thread-safe.
class DiskReader {
 public:
  virtual ~DiskReader() = default;

  /// Nanoseconds since 1970, by the clock of file times.
  virtual std::int64_t now_ns() const = 0;

  /// The entries of folder `dir` for which `wanted(name, kind)` is true, in any order, without "." and "..". Stats each
  /// wanted regular file; leaves out those that vanish meanwhile. No entries if `dir` does not exist or is not a
  /// folder. Throws Error if the folder cannot be listed or a wanted file cannot be statted. Calls `wanted` on the
  /// calling thread only.
  virtual std::vector<DirEntry> list(const std::string& dir,
                                     const std::function<bool(std::string_view, FileKind)>& wanted) const = 0;

  /// Kind is `missing` if `path` does not or cannot exist: a parent is not a folder, links form a loop, the name is too
  /// long. Throws Error for other failures.
  virtual FileStat stat(const std::string& path, bool follow_links) const = 0;

  /// Stats `names` in folder `dir`, links not followed. All are `missing` if `dir` is; `other` if a stat fails.
  virtual std::vector<FileStat> stat_in(const std::string& dir, std::span<const std::string_view> names) const = 0;

  /// Opens a regular file, links followed. Throws Error `unreadable` for any other kind; never blocks on a FIFO.
  virtual std::unique_ptr<InputFile> open(const std::string& path) const = 0;

  /// Asks the system to begin to read the file's first `most` bytes, and does not wait for them. A hint: does nothing
  /// where that is impossible.
  virtual void will_read(const std::string& /*path*/, std::uint64_t /*most*/) const noexcept {}

  /// The absolute path with all links resolved; "" if it does not exist.
  virtual std::string real_path(const std::string& path) const = 0;
};

class Disk : public DiskReader {
 public:
  static constexpr std::size_t k_few_files = 32;

  /// Creates `dir` and its parents, if missing. Returns those that it created, as prefixes of `dir`, parents first.
  /// Throws Error (unwritable, no_space, io).
  virtual std::vector<std::string> make_directories(const std::string& dir) = 0;
  /// Creates `dir` far from its parent on the disk, where no file was deleted lately: ext4 without a journal steps over
  /// each of those before it creates a file. `spare` is a free name in the same folder, used meanwhile. False if the
  /// file system is another one, or files cannot be renamed from `dir` into its parent; then nothing is left.
  virtual bool make_folder_apart(const std::string& dir, const std::string& spare) noexcept = 0;
  /// Writes a new file with mode 0666 & ~umask. Throws if it exists; removes it on failure. Does not sync.
  virtual void write_new(const std::string& path, std::span<const std::byte> bytes) = 0;
  /// rename(2): replaces a file or link at `to`, never follows it. After a power cut `to` may have neither content
  /// unless `from` is synced.
  virtual void rename(const std::string& from, const std::string& to) = 0;
  /// The same, but a small file at `to` that has no other name may live on as `from`, for write_over().
  virtual std::optional<OldFile> rename_keeping(const std::string& from, const std::string& to) = 0;
  /// The traits of the file that write_new() just made at `path`; any new file in its folder has them.
  virtual FileTraits traits_of_new(const std::string& path) const = 0;
  /// Gives the file at `path` new bytes and a new mtime. False, with any bytes in it, if that failed or somebody would
  /// notice: who has it open, has another name for it, or is still being sent its pages. What it held is lost, so the
  /// rename that replaced it must be on stable storage. Does not sync.
  virtual bool write_over(const std::string& path, std::span<const std::byte> bytes) noexcept = 0;
  /// rename(), but returns false and does nothing if `to` exists.
  virtual bool rename_new(const std::string& from, const std::string& to) = 0;
  /// link(2): a second name for the file or link `from`. False if that cannot be: `to` exists or lies on another file
  /// system, or hard links are not supported or not allowed.
  virtual bool link(const std::string& from, const std::string& to) = 0;
  /// unlink(2); false if it did not exist. Throws Error for a folder.
  virtual bool remove(const std::string& path) = 0;
  /// Removes the folder if it is empty; false otherwise. Never throws.
  virtual bool remove_empty_directory(const std::string& dir) noexcept = 0;
  /// Flushes these files and their renames to stable storage: one syncfs for each file system, or fsync of each file
  /// and its folder if syncfs cannot report errors (Linux before 5.8), is missing or is not allowed (gVisor, seccomp).
  /// Ignores files that no longer exist. True if whole file systems were flushed, and so every earlier rename on them.
  virtual bool sync(std::span<const std::string> paths) = 0;
  /// Flushes the bytes of these files; a new name may be lost. Up to k_few_files are flushed one by one, so that what
  /// others have written to the file system holds nobody up.
  virtual bool sync_bytes(std::span<const std::string> paths) { return sync(paths); }
};

/// The real disk; `folder` is the manifest's, absolute. Throws Error if it cannot be opened.
std::unique_ptr<Disk> open_disk(const std::string& folder);

}  // namespace thumbs::disk
