// Takes names as they are: no quoting, no comments, no trimming, so that each file can be named.
#include "cli/path_lists.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "thumbs/error.h"

namespace thumbs::cli {
namespace {

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw Error(ErrorCode::usage, "--files-from " + file + ": " + why);
}

class OpenList {
 public:
  explicit OpenList(const std::string& file)
      : own_(file != "-"), fd_(own_ ? open(file.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO) {
    if (fd_ < 0) refuse(file, std::strerror(errno));
  }
  ~OpenList() {
    if (own_) close(fd_);
  }
  OpenList(const OpenList&) = delete;
  OpenList& operator=(const OpenList&) = delete;

  std::string read_all(const std::string& file) const {
    std::string text;
    std::array<char, 65536> piece;
    while (true) {
      const ssize_t got = read(fd_, piece.data(), piece.size());
      if (got == 0) return text;
      if (got > 0) text.append(piece.data(), static_cast<std::size_t>(got));
      if (got < 0 && errno != EINTR) refuse(file, std::strerror(errno));
    }
  }

 private:
  bool own_;
  int fd_;
};

void add_paths(const std::string& file, std::string_view text, char end, Options& options) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string path(text.substr(0, text.find(end)));
    text.remove_prefix(std::min(path.size() + 1, text.size()));
    if (path.empty()) continue;  // a blank line
    const std::string place = (file == "-" ? "standard input" : file) + ":" + std::to_string(number);
    if (path.find('\0') != std::string::npos)
      throw Error(ErrorCode::usage,
                  place + ": the PATH contains a NUL character: for a list that NUL separates, use --null");
    options.paths.push_back(path);
    options.path_places.push_back(place);
  }
}

}  // namespace

void read_path_lists(const CommandLine& line, Options& options) {
  if (line.path_lists.empty()) return;
  options.only_paths = true;
  options.path_places.resize(options.paths.size());
  for (const std::string& file : line.path_lists)
    add_paths(file, OpenList(file).read_all(file), line.null_separated ? '\0' : '\n', options);
}

}  // namespace thumbs::cli
