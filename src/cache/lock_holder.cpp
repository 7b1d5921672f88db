// Reads /proc: who has locks on the folder. The lock on the cache itself names no process there, and a confined process
// cannot see which files another one has open.
#include "cache/lock_holder.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

namespace thumbs::cache {
namespace {

// "fe:00:1234": the file's name in /proc/locks.
std::string lock_name(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0) return {};
  char text[64];
  std::snprintf(text, sizeof text, "%02x:%02x:%llu", major(status.st_dev), minor(status.st_dev),
                static_cast<unsigned long long>(status.st_ino));
  return text;
}

// A line is "1: FLOCK  ADVISORY  WRITE 1234 fe:00:56 0 EOF"; one of a waiting process has "->" after the number.
std::vector<int> processes_with_lock(int fd) {
  std::vector<int> processes;
  const std::string name = lock_name(fd);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, strictness, access, file;
    int pid = 0;
    if (words >> number >> kind >> strictness >> access >> pid >> file && kind == "FLOCK" && file == name && pid > 0)
      processes.push_back(pid);
  }
  return processes;
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

}  // namespace

std::string holder_of_cache(int folder, const std::string& file) {
  constexpr std::size_t k_most = 3;
  std::vector<int> processes = processes_with_lock(folder);
  std::erase(processes, getpid());
  const std::string name = file.substr(file.rfind('/') + 1);
  const auto is_named = [&](int pid) { return read_proc(pid, "cmdline").find(name) != std::string::npos; };
  if (std::ranges::any_of(processes, is_named)) std::erase_if(processes, [&](int pid) { return !is_named(pid); });
  std::string text;
  for (std::size_t i = 0; i < std::min(processes.size(), k_most); ++i) {
    const std::string what = describe(processes[i]);
    text += (i == 0 ? "process " : " or process ") + std::to_string(processes[i]);
    if (!what.empty()) text += " (" + what + ")";
  }
  return text;
}

}  // namespace thumbs::cache
