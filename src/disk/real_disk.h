// The operating system's disk. Reading is in real_disk.cpp, writing in real_disk_write.cpp.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "disk/disk.h"
#include "disk/late_release.h"
#include "disk/posix.h"

namespace thumbs::disk {

/// Whether syncfs(2) reports write errors in this Linux release ("6.1.0-18-amd64"): from 5.8 on.
bool syncfs_reports_errors(std::string_view release);

/// See Disk. What rename() replaces and remove() removes is freed a little later (disk/late_release.h), and before the
/// destructor returns.
class RealDisk final : public Disk {
 public:
  /// `folder` is absolute. Without `whole_file_systems`, sync() uses fsync(2). Throws Error.
  RealDisk(std::string folder, bool whole_file_systems);

  std::int64_t now_ns() const override;
  std::vector<DirEntry> list(const std::string& dir,
                             const std::function<bool(std::string_view, FileKind)>& wanted) const override;
  FileStat stat(const std::string& path, bool follow_links) const override;
  std::vector<FileStat> stat_in(const std::string& dir, std::span<const std::string_view> names) const override;
  std::unique_ptr<InputFile> open(const std::string& path) const override;
  void will_read(const std::string& path, std::uint64_t most) const noexcept override;
  std::string real_path(const std::string& path) const override;

  std::vector<std::string> make_directories(const std::string& dir) override;
  bool make_folder_apart(const std::string& dir, const std::string& spare) noexcept override;
  void write_new(const std::string& path, std::span<const std::byte> bytes) override;
  void rename(const std::string& from, const std::string& to) override;
  std::optional<OldFile> rename_keeping(const std::string& from, const std::string& to) override;
  FileTraits traits_of_new(const std::string& path) const override;
  bool write_over(const std::string& path, std::span<const std::byte> bytes) noexcept override;
  bool rename_new(const std::string& from, const std::string& to) override;
  bool link(const std::string& from, const std::string& to) override;
  bool remove(const std::string& path) override;
  bool remove_empty_directory(const std::string& dir) noexcept override;
  bool sync(std::span<const std::string> paths) override;
  bool sync_bytes(std::span<const std::string> paths) override;

 private:
  /// The file systems of paths whose folders are there.
  enum class Flushed {
    not_possible,  ///< syncfs(2) is missing or not allowed for any of them: then nothing may be synced
    some,          ///< a folder is gone, and perhaps the only one on its file system
    all,
  };
  Flushed sync_file_systems(std::span<const std::string> paths) const;
  void sync_files(std::span<const std::string> paths) const;
  void sync_each(std::span<const std::string> paths) const;

  std::string folder_;
  bool whole_file_systems_;
  Fd fd_;  // of folder_: stays right when that is moved or the current folder changes
  LateRelease late_release_;
};

}  // namespace thumbs::disk
