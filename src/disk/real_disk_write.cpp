// The real disk: creating folders and files, renaming, removing, syncing.
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>
#endif

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <new>
#include <set>
#include <utility>

#include "disk/real_disk.h"
#include "disk/write_over.h"
#include "thumbs/error.h"

namespace thumbs::disk {
namespace {

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, std::max<std::size_t>(slash, 1));
}

// Returns 0 or errno.
int write_all(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (count == 0) {
      return EIO;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

// On network and FUSE file systems a signal may interrupt any call.
template <class Call>
int uninterrupted(const Call& call) {
  int result = call();
  while (result != 0 && errno == EINTR) result = call();
  return result;
}

enum class Made { no, there_already, now };

// Sets errno if it returns Made::no. Some file systems fail with other errors than EEXIST for an existing folder, so
// look whether it exists.
Made make_directory(int folder, const char* name) {
  if (uninterrupted([&] { return ::mkdirat(folder, name, 0777); }) == 0) return Made::now;
  const int error = errno;
  FileStat found;
  const bool is_folder = stat_at(folder, name, true, found) == 0 && found.kind == FileKind::directory;
  errno = error;
  return is_folder ? Made::there_already : Made::no;
}

// renameat(2). Returns 0 or errno.
int rename_at(const ReachablePath& source, const ReachablePath& target) {
  const auto call = [&] { return ::renameat(source.folder(), source.path(), target.folder(), target.path()); };
  return uninterrupted(call) == 0 ? 0 : errno;
}

// Renames unless `target` exists. Returns 0 or errno: EEXIST if it exists.
int rename_to_nothing(const ReachablePath& source, const ReachablePath& target) {
#ifdef RENAME_NOREPLACE
  const auto at_once = [&] {
    return ::renameat2(source.folder(), source.path(), target.folder(), target.path(), RENAME_NOREPLACE);
  };
  if (uninterrupted(at_once) == 0) return 0;
  // Not supported by old kernels, seccomp filters and some file systems.
  if (errno != ENOSYS && errno != EINVAL && errno != EPERM) return errno;
#endif
  const auto link = [&] { return ::linkat(source.folder(), source.path(), target.folder(), target.path(), 0); };
  if (uninterrupted(link) == 0) {
    const auto unlink = [&] { return ::unlinkat(source.folder(), source.path(), 0); };
    return uninterrupted(unlink) == 0 ? 0 : errno;
  }
  if (errno == EEXIST) return errno;
  // No hard links either: stat, then rename. Another program may create the file in between.
  FileStat found;
  const int error = stat_at(target.folder(), target.path(), false, found);
  if (error != 0) return error;
  if (found.kind != FileKind::missing) return EEXIST;
  return rename_at(source, target);
}

// Exchanges two names. Returns 0 or errno.
int exchange(const ReachablePath& one, const ReachablePath& other) {
#ifdef RENAME_EXCHANGE
  const auto call = [&] {
    return ::renameat2(one.folder(), one.path(), other.folder(), other.path(), RENAME_EXCHANGE);
  };
  return uninterrupted(call) == 0 ? 0 : errno;
#else
  return ENOSYS;
#endif
}

// unlinkat(2). Returns 0 or errno.
int unlink_at(const ReachablePath& place, int flags) {
  if (place.error() != 0) return place.error();
  const auto call = [&] { return ::unlinkat(place.folder(), place.path(), flags); };
  return uninterrupted(call) == 0 ? 0 : errno;
}

int unlink_path(int folder, const std::string& path, int flags) {
  return unlink_at(ReachablePath(folder, path), flags);
}

// Creates the file with these bytes. Returns 0, or errno: then there is no file.
int write_new_file(int folder, const std::string& path, std::span<const std::byte> bytes) {
  Fd fd = open_at(folder, path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0666);
  if (!fd) return errno;
  int error = write_all(fd.get(), bytes);
  const int delayed = fd.close();  // network file systems and quotas may report a lack of space only now
  if (error == 0) error = delayed;
  if (error != 0) unlink_path(folder, path, 0);
  return error;
}

bool is_full(int error) { return error == ENOSPC || error == EDQUOT; }

// Opens a folder for syncing. Empty if it is gone, and its files with it, or if it is not readable.
Fd open_folder(int base, const std::string& dir) {
  Fd fd = open_at(base, dir, O_RDONLY | O_DIRECTORY);
  if (!fd && errno != ENOENT && errno != EACCES) throw_errno(errno, Access::write, dir, "write");
  return fd;
}

// Not a write error: the kernel, a seccomp filter or the file system does not support the call.
bool cannot_sync(int error) { return error == ENOSYS || error == EPERM || error == EINVAL || error == EOPNOTSUPP; }

// Some file systems cannot sync folders, some cannot sync at all.
void sync_one(int fd, const std::string& path) {
  if (uninterrupted([&] { return ::fsync(fd); }) == 0 || errno == EINVAL || errno == EOPNOTSUPP) return;
  throw_errno(errno, Access::write, path, "write");
}

std::set<std::string> folders_of(std::span<const std::string> paths) {
  std::set<std::string> folders;
  for (const std::string& path : paths) folders.insert(folder_of(path));
  return folders;
}

}  // namespace

bool syncfs_reports_errors([[maybe_unused]] std::string_view release) {
#ifdef __linux__
  int major = 0;
  int minor = 0;
  const char* const end = release.data() + release.size();
  const auto [dot, error] = std::from_chars(release.data(), end, major);
  if (error != std::errc() || dot == end || *dot != '.') return false;
  if (std::from_chars(dot + 1, end, minor).ec != std::errc()) return false;
  return major > 5 || (major == 5 && minor >= 8);
#else
  return false;
#endif
}

std::vector<std::string> RealDisk::make_directories(const std::string& dir) {
  std::vector<std::string> made;
  if (dir.empty()) return made;
  if (const ReachablePath place(fd_.get(), dir); place.error() == 0) {
    const Made last = make_directory(place.folder(), place.path());
    if (last == Made::now) made.push_back(dir);
    if (last != Made::no) return made;
  }
  Fd at = open_folder_at(dir.starts_with('/') ? AT_FDCWD : fd_.get(), dir.starts_with('/') ? "/" : "");
  for (std::size_t end = 0; end < dir.size();) {
    const std::size_t begin = dir.find_first_not_of('/', end);
    if (begin == std::string::npos) return made;
    end = std::min(dir.find('/', begin), dir.size());
    const std::string name = dir.substr(begin, end - begin);
    const Made piece = make_directory(at.get(), name.c_str());
    if (piece == Made::no) {
      if (errno != EEXIST) throw_errno(errno, Access::write, dir.substr(0, end), "write");
      throw Error(ErrorCode::unwritable, "is not a folder: move it away", dir.substr(0, end), "write");
    }
    if (piece == Made::now) made.push_back(dir.substr(0, end));
    at = open_folder_at(at.get(), name);
    if (!at) throw_errno(errno, Access::write, dir.substr(0, end), "write");
  }
  return made;
}

// ext4 puts a new folder into its parent's group of blocks and inodes, and files into their folder's; but the folders
// in one that has this flag are spread over the disk. A rename moves only the name.
bool RealDisk::make_folder_apart([[maybe_unused]] const std::string& dir,
                                 [[maybe_unused]] const std::string& spare) noexcept try {
#ifdef FS_TOPDIR_FL
  const Fd parent = open_folder_at(fd_.get(), folder_of(dir));
  struct statfs system {};
  if (!parent || ::fstatfs(parent.get(), &system) != 0 || system.f_type != EXT4_SUPER_MAGIC) return false;
  const std::string name = dir.substr(dir.rfind('/') + 1);
  const std::string spare_name = spare.substr(spare.rfind('/') + 1);
  if (::mkdirat(parent.get(), spare_name.c_str(), 0777) != 0) return false;
  bool made = false;
  if (const Fd spreading = open_at(parent.get(), spare_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)) {
    int flags = 0;
    made = ::ioctl(spreading.get(), FS_IOC_GETFLAGS, &flags) == 0 && (flags |= FS_TOPDIR_FL) != 0 &&
           ::ioctl(spreading.get(), FS_IOC_SETFLAGS, &flags) == 0 &&
           ::mkdirat(spreading.get(), name.c_str(), 0777) == 0;
    // A sandbox of an old kernel forbids to rename across folders.
    if (made && ::renameat(spreading.get(), name.c_str(), parent.get(), name.c_str()) != 0) {
      ::unlinkat(spreading.get(), name.c_str(), AT_REMOVEDIR);
      made = false;
    }
  }
  ::unlinkat(parent.get(), spare_name.c_str(), AT_REMOVEDIR);
  return made;
#else
  return false;
#endif
} catch (const std::bad_alloc&) {
  return false;
}

void RealDisk::write_new(const std::string& path, std::span<const std::byte> bytes) {
  int error = write_new_file(fd_.get(), path, bytes);
  if (is_full(error)) {
    late_release_.drain();
    error = write_new_file(fd_.get(), path, bytes);
  }
  if (error != 0) throw_errno(error, Access::write, path, "write");
}

void RealDisk::rename(const std::string& from, const std::string& to) {
  const ReachablePath source(fd_.get(), from);
  const ReachablePath target(fd_.get(), to);
  int error = source.error() != 0 ? source.error() : target.error();
  Fd replaced = error == 0 ? LateRelease::hold(target) : Fd();
  if (error == 0) error = rename_at(source, target);
  if (error != 0) throw_errno(error, Access::write, to, "write");
  late_release_.give(std::move(replaced));
}

std::optional<OldFile> RealDisk::rename_keeping(const std::string& from, const std::string& to) {
  const ReachablePath source(fd_.get(), from);
  const ReachablePath target(fd_.get(), to);
  if (source.error() != 0 || target.error() != 0 || exchange(source, target) != 0) {
    rename(from, to);
    return std::nullopt;
  }
  if (const std::optional<OldFile> old = reusable_file(source)) return old;
  Fd replaced = LateRelease::hold(source);
  if (const int error = unlink_at(source, 0)) {
    exchange(source, target);  // it is a folder
    throw_errno(error, Access::write, to, "write");
  }
  late_release_.give(std::move(replaced));
  return std::nullopt;
}

FileTraits RealDisk::traits_of_new(const std::string& path) const {
  const ReachablePath place(fd_.get(), path);
  return whole_file_systems_ && place.error() == 0 && is_worth_reusing(place) ? traits_of(place) : FileTraits{};
}

bool RealDisk::write_over(const std::string& path, std::span<const std::byte> bytes) noexcept try {
  const ReachablePath place(fd_.get(), path);
  return place.error() == 0 && disk::write_over(place, bytes);
} catch (const std::bad_alloc&) {
  return false;
}

bool RealDisk::rename_new(const std::string& from, const std::string& to) {
  const ReachablePath source(fd_.get(), from);
  const ReachablePath target(fd_.get(), to);
  int error = source.error() != 0 ? source.error() : target.error();
  if (error == 0) error = rename_to_nothing(source, target);
  if (error != 0 && error != EEXIST) throw_errno(error, Access::write, to, "write");
  return error == 0;
}

bool RealDisk::link(const std::string& from, const std::string& to) {
  const ReachablePath source(fd_.get(), from);
  const ReachablePath target(fd_.get(), to);
  if (source.error() != 0 || target.error() != 0) return false;
  const auto call = [&] { return ::linkat(source.folder(), source.path(), target.folder(), target.path(), 0); };
  return uninterrupted(call) == 0;
}

bool RealDisk::remove(const std::string& path) {
  const ReachablePath place(fd_.get(), path);
  Fd removed = place.error() == 0 ? LateRelease::hold(place) : Fd();
  const int error = unlink_at(place, 0);
  if (error != 0 && error != ENOENT && error != ENOTDIR) throw_errno(error, Access::write, path, "write");
  if (error == 0) late_release_.give(std::move(removed));
  return error == 0;
}

bool RealDisk::remove_empty_directory(const std::string& dir) noexcept try {
  return unlink_path(fd_.get(), dir, AT_REMOVEDIR) == 0;
} catch (const std::bad_alloc&) {
  return false;
}

bool RealDisk::sync(std::span<const std::string> paths) {
  const Flushed flushed = whole_file_systems_ ? sync_file_systems(paths) : Flushed::not_possible;
  if (flushed == Flushed::not_possible) sync_files(paths);
  return flushed == Flushed::all;
}

RealDisk::Flushed RealDisk::sync_file_systems([[maybe_unused]] std::span<const std::string> paths) const {
#ifdef __linux__
  bool all_can = true;
  bool any_gone = false;
  std::set<dev_t> synced;
  const auto sync_with = [&](const Fd& fd, const std::string& path) {
    struct stat found;
    if (::fstat(fd.get(), &found) != 0) throw_errno(errno, Access::write, path, "write");
    if (!synced.insert(found.st_dev).second) return;
    if (uninterrupted([&] { return ::syncfs(fd.get()); }) == 0) return;
    if (!cannot_sync(errno)) throw_errno(errno, Access::write, path, "write");
    all_can = false;
  };
  std::set<std::string> unreadable;
  for (const std::string& dir : folders_of(paths)) {
    const Fd fd = open_at(fd_.get(), dir, O_RDONLY | O_DIRECTORY);
    if (fd) {
      sync_with(fd, dir);
    } else if (errno == EACCES) {
      unreadable.insert(dir);
    } else if (errno == ENOENT) {
      any_gone = true;
    } else {
      throw_errno(errno, Access::write, dir, "write");
    }
  }
  // A folder may be writable but not readable: any of its files gives the file system, too.
  for (const std::string& path : paths) {
    if (!unreadable.contains(folder_of(path))) continue;
    const Fd fd = open_at(fd_.get(), path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (fd) {
      sync_with(fd, path);
    } else if (errno == ENOENT) {
      any_gone = true;
    } else {
      throw_errno(errno, Access::write, path, "write");
    }
  }
  if (!all_can) return Flushed::not_possible;
  return any_gone ? Flushed::some : Flushed::all;
#else
  return Flushed::not_possible;
#endif
}

bool RealDisk::sync_bytes(std::span<const std::string> paths) {
  if (paths.size() > k_few_files) return sync(paths);
  sync_each(paths);
  return false;
}

void RealDisk::sync_each(std::span<const std::string> paths) const {
  for (const std::string& path : paths) {
    const Fd fd = open_at(fd_.get(), path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (fd) {
      sync_one(fd.get(), path);
    } else if (errno != ENOENT) {
      throw_errno(errno, Access::write, path, "write");
    }
  }
}

void RealDisk::sync_files(std::span<const std::string> paths) const {
  sync_each(paths);
  std::set<std::string> folders = folders_of(paths);
  // A new folder is an entry of its parent, so sync all parents up to the manifest's folder.
  for (const std::string& dir : std::set<std::string>(folders)) {
    for (std::string up = dir; !up.empty() && up != "/"; up = folder_of(up)) folders.insert(folder_of(up));
  }
  for (const std::string& dir : folders) {
    if (const Fd fd = open_folder(fd_.get(), dir)) sync_one(fd.get(), dir);
  }
}

}  // namespace thumbs::disk
