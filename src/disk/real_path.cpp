// Calls realpath(3); for longer paths walks from open folder to open folder, name by name.
#include "disk/real_path.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "support/fd.h"

namespace thumbs::disk {
namespace {

constexpr int k_most_links = 40;  // as Linux has it

struct Free {
  void operator()(char* text) const { std::free(text); }
};

// The current folder of the walk: open, with its real path.
class Walk {
 public:
  Walk(int base, std::string base_path) : at_(open_folder_at(base, "")), path_(std::move(base_path)) {}

  /// Resolves all of `rest`. On failure returns false and sets errno.
  bool go(std::string rest) {
    while (at_) {
      if (rest.starts_with('/') && !to_root()) return false;
      const std::size_t begin = rest.find_first_not_of('/');
      if (begin == std::string::npos) return true;
      const std::size_t end = std::min(rest.find('/', begin), rest.size());
      const std::string name = rest.substr(begin, end - begin);
      // Without leading slashes: those would mean the root.
      const std::size_t next = rest.find_first_not_of('/', end);
      const bool last = next == std::string::npos;
      const bool folder_asked = end != rest.size();
      rest = last ? "" : rest.substr(next);
      if (name == ".") continue;
      if (!(name == ".." ? up() : step(name, last && !folder_asked, rest))) return false;
    }
    return false;
  }

  std::string path() const { return path_.empty() ? "/" : path_; }

 private:
  bool to_root() {
    at_ = open_folder_at(AT_FDCWD, "/");
    path_.clear();
    return static_cast<bool>(at_);
  }

  bool up() {
    at_ = open_folder_at(at_.get(), "..");
    path_.resize(path_.empty() ? 0 : path_.rfind('/'));
    return static_cast<bool>(at_);
  }

  // Resolves one name; prepends the target of a link to `rest`.
  bool step(const std::string& name, bool may_be_file, std::string& rest) {
    std::array<char, PATH_MAX> target{};
    const ssize_t size = ::readlinkat(at_.get(), name.c_str(), target.data(), target.size());
    if (size >= 0) {
      if (++links_ > k_most_links) {
        errno = ELOOP;
        return false;
      }
      const std::string text(target.data(), static_cast<std::size_t>(size));
      rest = rest.empty() && may_be_file ? text : text + "/" + rest;
      return true;
    }
    if (errno != EINVAL) return false;  // EINVAL: it exists and is not a link
    path_ += (path_ == "/" ? "" : "/") + name;
    Fd next = open_folder_at(at_.get(), name);
    if (next) {
      at_ = std::move(next);
      return true;
    }
    return errno == ENOTDIR && may_be_file && rest.empty();
  }

  Fd at_;
  std::string path_;
  int links_ = 0;
};

}  // namespace

std::string real_path_at(int base, const std::string& base_path, const std::string& path) {
  const std::string absolute = path.starts_with('/') ? path : base_path + "/" + path;
  const std::unique_ptr<char, Free> resolved(::realpath(absolute.c_str(), nullptr));
  if (resolved) return resolved.get();
  // EPERM, ENOSYS: glibc calls faccessat2, which seccomp filters of older containers block.
  if (errno != ENAMETOOLONG && errno != EPERM && errno != ENOSYS) return {};
  Walk walk(base, base_path == "/" ? "" : base_path);
  return walk.go(path) ? walk.path() : std::string();
}

std::string real_path_of(const std::string& path) {
  std::error_code error;
  const std::filesystem::path here = std::filesystem::current_path(error);
  if (!error) return real_path_at(AT_FDCWD, here.string(), path);
  errno = error.value();
  return {};
}

}  // namespace thumbs::disk
