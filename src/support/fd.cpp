// openat(2), and walking long paths.
#include "support/fd.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace thumbs {
namespace {

constexpr std::size_t k_longest_path = PATH_MAX - 1;  // without the null byte

#ifdef O_PATH
constexpr int k_folder_only = O_PATH | O_DIRECTORY;
#else
constexpr int k_folder_only = O_RDONLY | O_DIRECTORY;
#endif

Fd open_once(int folder, const char* path, int flags, mode_t mode) {
  for (;;) {
    const int fd = ::openat(folder, path, flags | O_CLOEXEC, mode);
    if (fd >= 0 || errno != EINTR) return Fd(fd);
  }
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.release();
  }
  return *this;
}

int Fd::release() noexcept { return std::exchange(fd_, -1); }

int Fd::close() noexcept {
  const int fd = release();
  if (fd < 0 || ::close(fd) == 0) return 0;
  return errno == EINTR ? 0 : errno;  // Linux has closed it: closing again could close another thread's descriptor
}

ReachablePath::ReachablePath(int folder, const std::string& path)
    : folder_(folder), path_(path.empty() ? "." : path.c_str()) {
  for (std::size_t begin = 0; path.size() - begin > k_longest_path;) {
    const std::size_t slash = path.rfind('/', begin + k_longest_path);
    if (slash == std::string::npos || slash <= begin) {  // a single name is too long
      error_ = ENAMETOOLONG;
      return;
    }
    // Keep the slash: without it the piece "/" would be empty.
    const std::string piece = path.substr(begin, std::min(slash + 1 - begin, k_longest_path));
    Fd next = open_once(folder_, piece.c_str(), k_folder_only, 0);
    if (!next) {
      error_ = errno;
      return;
    }
    owned_ = std::move(next);
    folder_ = owned_.get();
    begin = path.find_first_not_of('/', slash);
    if (begin == std::string::npos) begin = path.size();
    path_ = begin == path.size() ? "." : path.c_str() + begin;
  }
}

Fd open_at(int folder, const std::string& path, int flags, mode_t mode) {
  const ReachablePath place(folder, path);
  if (place.error() == 0) return open_once(place.folder(), place.path(), flags, mode);
  errno = place.error();
  return {};
}

Fd open_folder_at(int folder, const std::string& path) { return open_at(folder, path, k_folder_only); }

void close_all_but(std::span<const int> kept) {
  unsigned next = STDERR_FILENO + 1;
  for (const int fd : kept) {
    if (static_cast<unsigned>(fd) > next) close_range(next, static_cast<unsigned>(fd) - 1, 0);
    next = std::max(next, static_cast<unsigned>(fd) + 1);
  }
  close_range(next, ~0U, 0);
}

}  // namespace thumbs
