#include "disk/read_ahead.h"

#include <algorithm>

namespace thumbs::disk {
namespace {

// Far enough for a disk that answers in 5 ms while a small picture takes 0.3 ms; at most 64 MiB of the system's memory.
constexpr std::size_t k_files_ahead = 32;
constexpr std::uint64_t k_bytes_ahead = std::uint64_t{2} << 20;  // of each: the system goes on by itself
constexpr int k_asked_after_slow = 256;                          // files

// Of files that the system holds, opening, reading and hashing take half of this or less.
constexpr bool is_slow(std::uint64_t bytes, std::chrono::nanoseconds time) {
  return time > std::chrono::microseconds(100) + std::chrono::nanoseconds(2 * bytes);
}

}  // namespace

void ReadAhead::ask_for_files_after(std::size_t at) {
  if (left_.load(std::memory_order_relaxed) <= 0) return;
  std::size_t first = 0, end = 0;
  {
    const std::lock_guard lock(mutex_);
    first = std::max(next_, at + 1);
    end = std::min(count_, at + 1 + k_files_ahead);
    if (first >= end) return;
    next_ = end;
    left_ -= static_cast<int>(end - first);
  }
  for (std::size_t i = first; i < end; ++i) disk_.will_read(path_of_(i), k_bytes_ahead);
}

void ReadAhead::took(std::uint64_t bytes, std::chrono::nanoseconds time) {
  if (is_slow(bytes, time)) left_ = k_asked_after_slow;
}

}  // namespace thumbs::disk
