// Files that are read one after another, by several threads: where the disk makes them wait, the system is asked to
// begin with the next files meanwhile.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "disk/disk.h"

namespace thumbs::disk {

/// Thread-safe.
class ReadAhead {
 public:
  /// `path_of` gives the path of file number 0 to count - 1, in the order in which they are read.
  ReadAhead(const DiskReader& disk, std::size_t count, std::function<std::string(std::size_t)> path_of)
      : disk_(disk), count_(count), path_of_(std::move(path_of)) {}

  /// While it lives, file number `at` is read, and hashed.
  class Turn {
   public:
    /// `bytes`: how many were read, at the end of its life. Asks for the files that follow, if one was slow lately.
    Turn(ReadAhead& ahead, std::size_t at, const std::uint64_t& bytes) : ahead_(ahead), bytes_(bytes) {
      ahead_.ask_for_files_after(at);
      start_ = std::chrono::steady_clock::now();
    }
    ~Turn() { ahead_.took(bytes_, std::chrono::steady_clock::now() - start_); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    ReadAhead& ahead_;
    const std::uint64_t& bytes_;
    std::chrono::steady_clock::time_point start_;
  };

 private:
  void ask_for_files_after(std::size_t at);
  void took(std::uint64_t bytes, std::chrono::nanoseconds time);

  const DiskReader& disk_;
  const std::size_t count_;
  const std::function<std::string(std::size_t)> path_of_;
  std::atomic<int> left_ = 0;  // to ask for, until a file is slow again
  std::mutex mutex_;
  std::size_t next_ = 0;  // to ask for
};

}  // namespace thumbs::disk
