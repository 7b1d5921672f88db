// File descriptors with RAII, and opening paths of any length: paths longer than PATH_MAX (4096 bytes with the null
// byte) are walked from open folder to open folder.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>

namespace thumbs {

/// Owns a file descriptor; -1: none.
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
  /// Closes now. Returns 0 or errno: close(2) may report delayed write errors.
  int close() noexcept;

 private:
  int fd_ = -1;
};

/// Arguments for the …at() functions: a folder descriptor and a path shorter than PATH_MAX, which together mean `path`
/// relative to `folder` (or AT_FDCWD). Follows links as the kernel does. For a long path it holds one descriptor, and a
/// second during construction. Refers to `path`, which must outlive it.
class ReachablePath {
 public:
  ReachablePath(int folder, const std::string& path);

  /// 0, or the errno of a failure on the way to the folder.
  int error() const { return error_; }
  int folder() const { return folder_; }
  const char* path() const { return path_; }  ///< "." for the folder itself

 private:
  Fd owned_;
  int folder_;
  const char* path_;
  int error_ = 0;
};

/// openat(2) for paths of any length, close-on-exec, retried on EINTR; "" is the folder itself. On failure returns an
/// empty Fd and sets errno.
Fd open_at(int folder, const std::string& path, int flags, mode_t mode = 0);

/// For a child process: closes all descriptors from 3 on but `kept`, which are sorted. Allocates nothing.
void close_all_but(std::span<const int> kept);

/// Opens a folder to access files in it, without read permission if the system supports that (O_PATH).
Fd open_folder_at(int folder, const std::string& path);

}  // namespace thumbs
