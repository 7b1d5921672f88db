// Two locks. The cache itself is locked from its first to its last byte of a range that SQLite does not use, with a
// lock of the open file: it works between machines on network drives, and SQLite's closing of the file does not lose
// it. The folder is locked too, shared: it names the process, and excludes versions of thumbs that lock the folder
// alone.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>
#include <utility>

#include "cache/cache.h"
#include "cache/cache_files.h"
#include "cache/lock_holder.h"
#include "support/errno_code.h"
#include "thumbs/error.h"

namespace thumbs::cache {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds k_first_pause{20};
constexpr std::chrono::milliseconds k_longest_pause{200};
constexpr off_t k_locked_byte = 0x7fffff00;  // SQLite's own are at 0x40000000

// Empty if the folder was removed again.
Fd open_folder(const std::string& folder, std::span<const std::string> neighbours, std::vector<std::string>& made) {
  for (std::string& name : make_cache_folder(folder, neighbours)) made.push_back(std::move(name));
  Fd fd = open_at(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY);
  if (fd || errno == ENOENT) return fd;
  throw Error(write_error_code(errno), std::string("cannot be opened: ") + std::strerror(errno), folder, "cache");
}

[[noreturn]] void refuse_to_lock(const std::string& path) {
  throw Error(
      ErrorCode::io,
      std::string("cannot be locked: ") + std::strerror(errno) + ": set \"cache\" to a file system that supports locks",
      path, "cache");
}

// False if another process holds it.
bool try_lock_folder(int fd, int how, const std::string& folder) {
  while (flock(fd, how | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return false;
    refuse_to_lock(folder);
  }
  return true;
}

// The same. Where the system knows no locks of open files, one cache of a folder holds it alone.
bool try_lock_file(int fd, int folder_fd, const std::string& file) {
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = k_locked_byte;
  range.l_len = 1;
  while (fcntl(fd, F_OFD_SETLK, &range) != 0) {
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EACCES) return false;
    if (errno == EINVAL) return try_lock_folder(folder_fd, LOCK_EX, folder_of(file));
    refuse_to_lock(file);
  }
  return true;
}

// Somebody may have removed or replaced what is locked: then the lock protects nothing.
bool is_named(int fd, const std::string& path) {
  struct stat held;
  struct stat named;
  return fstat(fd, &held) == 0 && stat(path.c_str(), &named) == 0 && held.st_dev == named.st_dev &&
         held.st_ino == named.st_ino;
}

bool is_regular(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

bool is_empty(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && status.st_size == 0;
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g s", seconds);
  return text;
}

[[noreturn]] void throw_busy(const std::string& file, int folder, double waited) {
  const std::string holder = folder < 0 ? "" : holder_of_cache(folder, file);
  throw Error(ErrorCode::busy, "another run holds the cache " + file + (holder.empty() ? "" : ": " + holder) +
                                   "; waited " + seconds_text(waited));
}

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

}  // namespace

CacheLock::CacheLock(const std::string& file, double wait_seconds, const std::function<bool()>& stop,
                     std::span<const std::string> neighbours)
    : folder_(folder_of(file)), file_(file) {
  const Clock::time_point start = Clock::now();
  auto pause = k_first_pause;
  while (true) {
    if (!folder_fd_ || !is_named(folder_fd_.get(), folder_))
      folder_fd_ = open_folder(folder_, neighbours, made_folders_);
    if (folder_fd_ && try_lock_folder(folder_fd_.get(), LOCK_SH, folder_)) {
      if (!is_named(folder_fd_.get(), folder_)) continue;
      if (take_file()) return;
      flock(folder_fd_.get(), LOCK_UN);  // who waits is no holder
    }
    const double waited = seconds_since(start);
    const double left = wait_seconds - waited;
    if (!(left > 0) || (stop && stop()))
      throw_busy(file, folder_fd_.get(), left > 0 ? waited : std::max(0.0, wait_seconds));
    std::this_thread::sleep_for(std::min<std::chrono::duration<double>>(pause, std::chrono::duration<double>(left)));
    pause = std::min(pause * 2, k_longest_pause);
  }
}

// What cannot be opened or created cannot be written either: the commit reports it.
bool CacheLock::open_file() {
  constexpr int k_flags = O_RDWR | O_NONBLOCK;
  file_fd_ = open_at(AT_FDCWD, file_, k_flags);
  made_file_ = false;
  if (!file_fd_ && errno == ENOENT) {
    file_fd_ = open_at(AT_FDCWD, file_, k_flags | O_CREAT | O_EXCL, 0666);
    made_file_ = static_cast<bool>(file_fd_);
  }
  if (file_fd_ && !is_regular(file_fd_.get())) file_fd_ = {};
  return static_cast<bool>(file_fd_);
}

bool CacheLock::take_file() {
  while (true) {
    if (!(file_fd_ && is_named(file_fd_.get(), file_)) && !open_file()) return true;
    if (!try_lock_file(file_fd_.get(), folder_fd_.get(), file_)) return false;
    if (is_named(file_fd_.get(), file_)) return true;
  }
}

void CacheLock::require_held() {
  if (!is_named(folder_fd_.get(), folder_))
    throw Error(ErrorCode::io, "the cache folder was removed or replaced during the run: recording nothing more",
                folder_, "cache");
  // A damaged cache was set aside: what is to take its place is locked in turn.
  if (file_fd_ && !take_file()) throw_busy(file_, folder_fd_.get(), 0);
}

CacheLock::~CacheLock() {
  // Where nothing was recorded no file is left.
  if (file_fd_ && made_file_ && is_empty(file_fd_.get()) && is_named(file_fd_.get(), file_)) unlink(file_.c_str());
}

}  // namespace thumbs::cache
