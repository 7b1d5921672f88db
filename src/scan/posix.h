// What the files of the real disk share of POSIX: descriptors that close themselves, errno as Error,
// struct stat as FileStat.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <string>
#include <string_view>

#include "scan/disk.h"
#include "thumbs/error.h"

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

/// openat(2), close-on-exec, EINTR retried; "" is the folder itself. No descriptor on failure: see errno.
Fd open_at(int folder, const std::string& path, int flags, mode_t mode = 0);

/// fstatat(2), EINTR retried, as a FileStat; kind `missing` where nothing is or can be of that name. Returns 0, or the
/// errno of any other failure.
int stat_at(int folder, const char* path, bool follow_links, FileStat& out);

FileKind kind_of(mode_t mode);
FileStat to_file_stat(const struct stat& from);

enum class Access { read, write };

/// Throws the Error that errno value `error` stands for.
[[noreturn]] void throw_errno(int error, Access access, const std::string& path, std::string_view stage);

}  // namespace thumbs
