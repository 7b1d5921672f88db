// Conversions of errno and struct stat.
#include "disk/posix.h"

#include <fcntl.h>

#include <cerrno>
#include <limits>
#include <system_error>

#include "support/errno_code.h"

namespace thumbs::disk {
namespace {

bool means_missing(int error) { return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG; }

// Clamps times that 64 bits of nanoseconds cannot hold: a time far in the future stays in the future and is never
// trusted.
std::int64_t nanoseconds(const timespec& time) {
  constexpr std::int64_t k_second = 1'000'000'000;
  constexpr std::int64_t k_most = std::numeric_limits<std::int64_t>::max() / k_second;
  if (time.tv_sec >= k_most) return std::numeric_limits<std::int64_t>::max();
  if (time.tv_sec <= -k_most) return std::numeric_limits<std::int64_t>::min();
  return std::int64_t{time.tv_sec} * k_second + time.tv_nsec;
}

}  // namespace

int stat_at(int folder, const char* path, bool follow_links, FileStat& out) {
  struct stat found;
  const int flags = follow_links ? 0 : AT_SYMLINK_NOFOLLOW;
  int error;
  do {
    error = ::fstatat(folder, path, &found, flags) == 0 ? 0 : errno;
  } while (error == EINTR);
  out = error == 0 ? to_file_stat(found) : FileStat{};
  return means_missing(error) ? 0 : error;
}

int stat_path(int folder, const std::string& path, bool follow_links, FileStat& out) {
  const ReachablePath place(folder, path);
  if (place.error() == 0) return stat_at(place.folder(), place.path(), follow_links, out);
  out = {};
  return means_missing(place.error()) ? 0 : place.error();
}

FileKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::regular;
  if (S_ISDIR(mode)) return FileKind::directory;
  if (S_ISLNK(mode)) return FileKind::symlink;
  return FileKind::other;
}

FileStat to_file_stat(const struct stat& from) {
  return {.kind = kind_of(from.st_mode),
          .stat_data = {.size = static_cast<std::uint64_t>(from.st_size),
                        .mtime_ns = nanoseconds(from.st_mtim),
                        .ctime_ns = nanoseconds(from.st_ctim),
                        .inode = static_cast<std::uint64_t>(from.st_ino)},
          .device = static_cast<std::uint64_t>(from.st_dev)};
}

void throw_errno(int error, Access access, const std::string& path, std::string_view stage) {
  throw Error(access == Access::read ? read_error_code(error) : write_error_code(error),
              std::generic_category().message(error), path.empty() ? "." : path, std::string(stage));
}

}  // namespace thumbs::disk
