// flock(2) on the cache's folder; finds the process that holds it.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>
#include <utility>

#include "cache/cache.h"
#include "cache/cache_files.h"
#include "support/errno_code.h"
#include "thumbs/error.h"

namespace thumbs::cache {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds k_first_pause{20};
constexpr std::chrono::milliseconds k_longest_pause{200};

// Empty if the folder was removed again.
Fd open_folder(const std::string& folder, std::span<const std::string> neighbours, std::vector<std::string>& made) {
  for (std::string& name : make_cache_folder(folder, neighbours)) made.push_back(std::move(name));
  Fd fd = open_at(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY);
  if (fd || errno == ENOENT) return fd;
  throw Error(write_error_code(errno), std::string("cannot be opened: ") + std::strerror(errno), folder, "cache");
}

// False if another process holds it.
bool try_lock(int fd, const std::string& folder) {
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno == EWOULDBLOCK) return false;
    throw Error(ErrorCode::io,
                std::string("cannot be locked: ") + std::strerror(errno) +
                    ": set \"cache\" to a file system that supports locks",
                folder, "cache");
  }
  return true;
}

// The previous holder may have removed the folder (`clean`): then this lock protects nothing.
bool still_there(int fd, const std::string& folder) {
  struct stat held;
  struct stat named;
  return fstat(fd, &held) == 0 && stat(folder.c_str(), &named) == 0 && held.st_dev == named.st_dev &&
         held.st_ino == named.st_ino;
}

// "fe:00:1234": the file's name in /proc/locks.
std::string lock_name(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0) return {};
  char text[64];
  std::snprintf(text, sizeof text, "%02x:%02x:%llu", major(status.st_dev), minor(status.st_dev),
                static_cast<unsigned long long>(status.st_ino));
  return text;
}

// The process id, 0 if unknown. A line is "1: FLOCK  ADVISORY  WRITE 1234 fe:00:56 0 EOF"; one of a waiting process has
// "->" after the number.
int holder_of(int fd) {
  const std::string name = lock_name(fd);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, strictness, access, file;
    int pid = 0;
    if (words >> number >> kind >> strictness >> access >> pid >> file && kind == "FLOCK" && file == name) return pid;
  }
  return 0;
}

std::string read_proc(int pid, const char* what) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/" + what, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// "thumbs build": the command line, with the program's folders removed and control characters replaced.
std::string describe(int pid) {
  constexpr std::size_t k_longest = 80;
  std::string text = read_proc(pid, "cmdline");
  if (text.empty()) text = read_proc(pid, "comm");
  while (!text.empty() && (text.back() == '\0' || text.back() == '\n')) text.pop_back();
  const std::size_t slash = text.substr(0, text.find('\0')).rfind('/');
  if (slash != std::string::npos) text.erase(0, slash + 1);
  if (text.size() > k_longest) text.replace(k_longest - 3, std::string::npos, "...");
  std::replace(text.begin(), text.end(), '\0', ' ');
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, '?');
  return text;
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g s", seconds);
  return text;
}

[[noreturn]] void throw_busy(const std::string& file, int fd, double waited) {
  std::string message = "another run holds the cache " + file;
  const int pid = holder_of(fd);
  if (pid > 0) {
    const std::string what = describe(pid);
    message += ": process " + std::to_string(pid) + (what.empty() ? "" : " (" + what + ")");
  }
  throw Error(ErrorCode::busy, message + "; waited " + seconds_text(waited));
}

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

}  // namespace

CacheLock::CacheLock(const std::string& file, double wait_seconds, const std::function<bool()>& stop,
                     std::span<const std::string> neighbours)
    : folder_(folder_of(file)) {
  const Clock::time_point start = Clock::now();
  auto pause = k_first_pause;
  while (true) {
    Fd fd = open_folder(folder_, neighbours, made_folders_);
    if (fd && try_lock(fd.get(), folder_)) {
      if (!still_there(fd.get(), folder_)) continue;
      fd_ = fd.release();
      return;
    }
    const double waited = seconds_since(start);
    const double left = wait_seconds - waited;
    if (!(left > 0) || (stop && stop())) throw_busy(file, fd.get(), left > 0 ? waited : std::max(0.0, wait_seconds));
    std::this_thread::sleep_for(std::min<std::chrono::duration<double>>(pause, std::chrono::duration<double>(left)));
    pause = std::min(pause * 2, k_longest_pause);
  }
}

void CacheLock::require_held() const {
  if (still_there(fd_, folder_)) return;
  throw Error(ErrorCode::io, "the cache folder was removed or replaced during the run: recording nothing more", folder_,
              "cache");
}

CacheLock::~CacheLock() { close(fd_); }

}  // namespace thumbs::cache
