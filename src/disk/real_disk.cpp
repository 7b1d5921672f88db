// The real disk: listing, statting and reading, all relative to the manifest's open folder.
#include "disk/real_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include "disk/real_path.h"
#include "parallel/parallel.h"
#include "thumbs/error.h"

namespace thumbs::disk {
namespace {

constexpr std::size_t k_batch = 1024;  ///< entries that are statted together
constexpr std::size_t k_grain = 256;   ///< stats of one task

struct CloseDir {
  void operator()(DIR* stream) const { ::closedir(stream); }
};
using DirStream = std::unique_ptr<DIR, CloseDir>;

bool is_gone(int error) { return error == ENOENT || error == ENOTDIR; }

// Calls stat_one(i) for 0 <= i < count, in parallel if there are enough.
template <typename StatOne>
void stat_all(std::size_t count, const StatOne& stat_one) {
  if (count <= k_grain) {
    for (std::size_t i = 0; i < count; ++i) stat_one(i);
    return;
  }
  parallel::for_each_range(count, k_grain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i != end; ++i) stat_one(i);
  });
}

// One pass over an open folder.
class Lister {
 public:
  Lister(DirStream stream, const std::string& dir, const std::function<bool(std::string_view, FileKind)>& wanted)
      : stream_(std::move(stream)), fd_(::dirfd(stream_.get())), dir_(dir), wanted_(wanted) {}

  std::vector<DirEntry> run() {
    std::size_t statted = 0;
    while (const dirent* entry = next()) {
      take(*entry);
      if (entries_.size() - statted < k_batch) continue;
      stat_from(statted);
      statted = entries_.size();
    }
    stat_from(statted);
    std::erase_if(entries_, [](const DirEntry& entry) { return entry.stat.kind == FileKind::missing; });
    return std::move(entries_);
  }

 private:
  const dirent* next() {
    for (;;) {
      errno = 0;
      if (const dirent* entry = ::readdir(stream_.get())) return entry;
      if (errno == 0 || is_gone(errno)) return nullptr;
      if (errno != EINTR) throw_errno(errno, Access::read, dir_, "scan");
    }
  }

  void take(const dirent& entry) {
    const std::string_view name = entry.d_name;
    if (name == "." || name == "..") return;
    FileStat stat;
    stat.kind = kind_of(static_cast<mode_t>(DTTOIF(mode_t{entry.d_type})));
    if (entry.d_type == DT_UNKNOWN) stat = stat_entry(entry.d_name);
    if (stat.kind != FileKind::missing && wanted_(name, stat.kind)) entries_.push_back({std::string(name), stat});
  }

  FileStat stat_entry(const char* name) const {
    FileStat stat;
    if (const int error = stat_at(fd_, name, false, stat)) throw_errno(error, Access::read, path_of(name), "scan");
    return stat;
  }

  void stat_from(std::size_t first) {
    stat_all(entries_.size() - first, [this, first](std::size_t i) {
      DirEntry& entry = entries_[first + i];
      const bool known = entry.stat.kind != FileKind::regular || entry.stat.stat_data.inode != 0;
      if (!known) entry.stat = stat_entry(entry.name.c_str());
    });
  }

  std::string path_of(const char* name) const { return dir_.empty() ? name : dir_ + "/" + name; }

  DirStream stream_;
  int fd_;
  const std::string& dir_;
  const std::function<bool(std::string_view, FileKind)>& wanted_;
  std::vector<DirEntry> entries_;
};

class RealFile final : public InputFile {
 public:
  RealFile(Fd fd, std::string path, const FileStat& as_opened)
      : fd_(std::move(fd)), path_(std::move(path)), as_opened_(as_opened) {}

  FileStat stat() override {
    if (as_opened_) return *std::exchange(as_opened_, std::nullopt);
    struct stat found;
    if (::fstat(fd_.get(), &found) != 0) throw_errno(errno, Access::read, path_, "read");
    return to_file_stat(found);
  }

  std::size_t read(std::uint64_t offset, std::span<std::byte> out) override {
    std::size_t done = 0;
    while (done < out.size()) {
      const ssize_t count = ::pread(fd_.get(), out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
      if (count == 0) break;
      if (count > 0) {
        done += static_cast<std::size_t>(count);
      } else if (errno != EINTR) {
        throw_errno(errno, Access::read, path_, "read");
      }
    }
    return done;
  }

 private:
  Fd fd_;
  std::string path_;
  std::optional<FileStat> as_opened_;  // until stat() was called
};

}  // namespace

RealDisk::RealDisk(std::string folder, bool whole_file_systems)
    : folder_(std::move(folder)), whole_file_systems_(whole_file_systems), fd_(open_folder_at(AT_FDCWD, folder_)) {
  if (!fd_) throw_errno(errno, Access::read, folder_, "read");
}

std::int64_t RealDisk::now_ns() const {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count();
}

std::vector<DirEntry> RealDisk::list(const std::string& dir,
                                     const std::function<bool(std::string_view, FileKind)>& wanted) const {
  Fd fd = open_at(fd_.get(), dir, O_RDONLY | O_DIRECTORY);
  if (!fd) {
    if (is_gone(errno)) return {};
    throw_errno(errno, Access::read, dir, "scan");
  }
  DirStream stream(::fdopendir(fd.get()));
  if (!stream) throw_errno(errno, Access::read, dir, "scan");
  fd.release();  // the stream closes it
  return Lister(std::move(stream), dir, wanted).run();
}

FileStat RealDisk::stat(const std::string& path, bool follow_links) const {
  FileStat found;
  if (const int error = stat_path(fd_.get(), path, follow_links, found)) {
    throw_errno(error, Access::read, path, "scan");
  }
  return found;
}

std::vector<FileStat> RealDisk::stat_in(const std::string& dir, std::span<const std::string_view> names) const {
  std::vector<FileStat> found(names.size());
  const Fd folder = open_folder_at(fd_.get(), dir);
  if (!folder) {
    if (is_gone(errno) || errno == ELOOP || errno == ENAMETOOLONG) return found;
    for (FileStat& stat : found) stat.kind = FileKind::other;
    return found;
  }
  stat_all(names.size(), [&](std::size_t i) {
    thread_local std::string name;  // string views are not null-terminated
    name.assign(names[i]);
    if (stat_at(folder.get(), name.c_str(), false, found[i]) != 0) found[i].kind = FileKind::other;
  });
  return found;
}

std::unique_ptr<InputFile> RealDisk::open(const std::string& path) const {
  // O_NONBLOCK: opening a FIFO without a writer would block.
  Fd fd = open_at(fd_.get(), path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd) throw_errno(errno, Access::read, path, "read");
  struct stat found;
  if (::fstat(fd.get(), &found) != 0) throw_errno(errno, Access::read, path, "read");
  if (S_ISDIR(found.st_mode)) throw_errno(EISDIR, Access::read, path, "read");
  if (!S_ISREG(found.st_mode)) throw Error(ErrorCode::unreadable, "not a regular file", path, "read");
  return std::make_unique<RealFile>(std::move(fd), path, to_file_stat(found));
}

void RealDisk::will_read(const std::string& path, std::uint64_t most) const noexcept {
  const Fd fd = open_at(fd_.get(), path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (fd) ::posix_fadvise(fd.get(), 0, static_cast<off_t>(most), POSIX_FADV_WILLNEED);
}

std::string RealDisk::real_path(const std::string& path) const {
  std::string resolved = real_path_at(fd_.get(), folder_, path);
  if (!resolved.empty()) return resolved;
  if (is_gone(errno) || errno == ELOOP || errno == ENAMETOOLONG) return {};
  throw_errno(errno, Access::read, path, "scan");
}

std::unique_ptr<Disk> open_disk(const std::string& folder) {
  utsname system;
  const bool known = ::uname(&system) == 0;
  return std::make_unique<RealDisk>(folder, known && syncfs_reports_errors(system.release));
}

}  // namespace thumbs::disk
