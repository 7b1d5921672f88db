// A disk in memory with a clock that tests set. It sets file times like a real disk, records reads and writes, fails on
// demand, and can lose unsynced data.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "disk/disk.h"
#include "support/fake_store.h"

namespace thumbs {

/// Calls by the engine (methods of Disk) are recorded, may fail, and must be synced to be durable; calls by tests
/// (methods of FakeStore) are not recorded, never fail and are durable. Thread-safe.
class FakeDisk final : public FakeStore, public disk::Disk {
 public:
  FakeDisk();
  ~FakeDisk() override;

  /// Runs before each operation of the engine and may throw Error, or change the disk. Operations: list, stat,
  /// stat_in, open, fstat, read, real_path, make_directories, make_folder_apart, write_new, rename, rename_keeping
  /// and link (told the new name), write_over, remove, remove_empty_directory, sync (told each path). Set it while
  /// nothing runs.
  std::function<void(const std::string& operation, const std::string& path)> hook;

  /// Whether folders can be made apart.
  bool spreads_folders = false;

  /// Whether a file cannot be renamed into another folder.
  bool keeps_folders_apart = false;

  /// Whether replaced files can be written over, and a sync is one of the whole disk.
  bool reuses_files = false;

  // Calls by the engine since the start or forget(); each list is sorted.
  std::vector<std::string> reads() const;
  std::vector<std::string> stats() const;
  std::vector<std::string> lists() const;
  std::vector<std::string> writes() const;
  std::vector<std::string> overwrites() const;  ///< by write_over
  std::vector<std::string> renames() const;
  std::vector<std::string> removes() const;
  std::vector<std::string> syncs() const;
  std::vector<std::string> asked_ahead() const;  ///< by will_read
  void forget();

  // DiskReader
  std::int64_t now_ns() const override;
  std::vector<disk::DirEntry> list(const std::string& dir,
                                   const std::function<bool(std::string_view, disk::FileKind)>& wanted) const override;
  disk::FileStat stat(const std::string& path, bool follow_links) const override;
  std::vector<disk::FileStat> stat_in(const std::string& dir, std::span<const std::string_view> names) const override;
  std::unique_ptr<disk::InputFile> open(const std::string& path) const override;
  void will_read(const std::string& path, std::uint64_t most) const noexcept override;
  std::string real_path(const std::string& path) const override;

  // Disk
  std::vector<std::string> make_directories(const std::string& dir) override;
  bool make_folder_apart(const std::string& dir, const std::string& spare) noexcept override;
  void write_new(const std::string& path, std::span<const std::byte> bytes) override;
  void rename(const std::string& from, const std::string& to) override;
  std::optional<disk::OldFile> rename_keeping(const std::string& from, const std::string& to) override;
  disk::FileTraits traits_of_new(const std::string& path) const override;
  bool write_over(const std::string& path, std::span<const std::byte> bytes) noexcept override;
  bool rename_new(const std::string& from, const std::string& to) override;
  bool link(const std::string& from, const std::string& to) override;
  bool remove(const std::string& path) override;
  bool remove_empty_directory(const std::string& dir) noexcept override;
  bool sync(std::span<const std::string> paths) override;

 private:
  class File;

  void require_one_folder(const FakeTree::Place& source, const FakeTree::Place& target, const std::string& to) const;

  // Backwards: callers must not rely on an order.
  std::vector<disk::DirEntry> entries_of(std::uint64_t inode) const;

  // Without the lock, so that a hook may change the disk.
  void call_hook(const std::string& operation, const std::string& path) const;
  void begin(const std::string& operation, const std::string& path) const;
  std::vector<std::string> recorded(std::string_view operation) const;
  static std::string join(const std::string& dir, std::string_view name);

  mutable std::vector<std::pair<std::string, std::string>> records_;  // operation, path
};

}  // namespace thumbs
