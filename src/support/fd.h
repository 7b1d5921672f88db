// Descriptors that close themselves, and paths of any length: what is longer than the kernel takes in one piece
// (PATH_MAX, 4096 bytes with the null byte) is walked from open folder to open folder. No other place opens by path.
#pragma once

#include <sys/types.h>

#include <string>

namespace thumbs {

/// Owns a file descriptor; -1 is none.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { close(); }

  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int release() noexcept;
  /// Closes now; the errno of a failed close (delayed write errors come this way), else 0.
  int close() noexcept;

 private:
  int fd_ = -1;
};

/// `path` from the open folder `folder` (or AT_FDCWD) as the …at() functions take it: a folder, and a path from it that
/// is short enough. Links on the way are followed, as the kernel does. Costs nothing where `path` is short; else a
/// descriptor for as long as it lives, and one more while it is made. Refers to `path`, which must live as long.
class ReachablePath {
 public:
  ReachablePath(int folder, const std::string& path);

  /// The errno of what stopped the way to the folder; 0 where there is one.
  int error() const { return error_; }
  int folder() const { return folder_; }
  const char* path() const { return path_; }  ///< "." for the folder itself

 private:
  Fd owned_;
  int folder_;
  const char* path_;
  int error_ = 0;
};

/// openat(2) of a path of any length, close-on-exec, EINTR retried; "" is the folder itself. No descriptor on failure:
/// see errno.
Fd open_at(int folder, const std::string& path, int flags, mode_t mode = 0);

/// Opens a folder only to reach what is in it, which asks for no read permission where the system allows that.
Fd open_folder_at(int folder, const std::string& path);

}  // namespace thumbs
