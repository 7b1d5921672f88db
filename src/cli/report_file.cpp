// Writes the report through a temporary file.
#include "cli/report_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "cli/terminal.h"
#include "thumbs/error.h"

namespace thumbs::cli {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& file, int error) {
  ErrorCode code = ErrorCode::unwritable;
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) code = ErrorCode::no_space;
  if (error == EIO) code = ErrorCode::io;
  throw Error(code, std::strerror(error), file, "report");
}

class File {
 public:
  File(const std::string& path, int flags) : fd_(open(path.c_str(), flags | O_WRONLY | O_CLOEXEC, 0666)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool is_open() const { return fd_ >= 0; }
  bool write(std::string_view text) const { return write_all(fd_, text); }
  /// Network file systems may report a full disk only here.
  bool close() {
    const int fd = fd_;
    fd_ = -1;
    return ::close(fd) == 0;
  }

 private:
  int fd_;
};

void write_directly(const std::string& file, std::string_view text) {
  File out(file, 0);
  if (!out.is_open() || !out.write(text) || !out.close()) fail(file, errno);
}

/// `file` with its links resolved; it may not exist.
std::string resolved(const std::string& file) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(file, error);
  return error ? file : real.string();
}

void write_and_rename(const std::string& file, std::string_view text) {
  const std::string target = resolved(file);
  const fs::path folder = fs::path(target).parent_path();
  const std::string temporary = (folder / (".thumbs-tmp-" + std::to_string(getpid()) + "-report")).string();
  unlink(temporary.c_str());  // may be left by a killed process with the same id
  File out(temporary, O_CREAT | O_EXCL);
  if (!out.is_open()) fail(file, errno);
  if (!out.write(text) || !out.close() || std::rename(temporary.c_str(), target.c_str()) != 0) {
    const int error = errno;
    unlink(temporary.c_str());
    fail(file, error);
  }
}

}  // namespace

std::vector<std::string> report_names(const std::string& file) {
  std::error_code error;
  const fs::path absolute = fs::absolute(file, error).lexically_normal();
  std::vector<std::string> names = {absolute.string()};
  if (const std::string real = resolved(file); real != names[0] && real.starts_with('/')) names.push_back(real);
  return names;
}

bool may_be_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return fs::equivalent(a, b, error) || report_names(a).back() == report_names(b).back();
}

void write_report_file(const std::string& file, std::string_view text) {
  struct stat found {};
  const bool exists = stat(file.c_str(), &found) == 0;
  if (exists && S_ISDIR(found.st_mode)) fail(file, EISDIR);
  if (exists && !S_ISREG(found.st_mode)) return write_directly(file, text);
  write_and_rename(file, text);
}

}  // namespace thumbs::cli
