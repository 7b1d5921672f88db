// Runs work in a child process: for library calls that take long and cannot be cancelled.
//
// libaom encodes a picture in one call, without a callback, and lossless libwebp runs for many seconds between two
// progress callbacks. A thread in such a call can neither be cancelled (its locks and memory would leak) nor left
// running (it would use memory and a core beyond limits.seconds). A process can be killed at any time, and the system
// frees its resources. A forked child sees the pixels without a copy. It has only a copy of the calling thread, so it
// must not start threads or wait for locks of other threads; malloc is safe with glibc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace thumbs {

/// The child's end of the pipe.
class ApartOutput {
 public:
  explicit ApartOutput(int fd) : fd_(fd) {}
  /// Call it when the work has succeeded, before writing the result. The work must not throw after it.
  void begin();
  void number(std::uint64_t value);
  void bytes(std::span<const std::byte> bytes);

 private:
  int fd_;
};

class ApartProcess;

/// The parent's end of the pipe. Throws like run_apart().
class ApartInput {
 public:
  explicit ApartInput(ApartProcess& process) : process_(process) {}
  /// Throws what the work threw.
  void begin();
  std::uint64_t number();
  void bytes(std::span<std::byte> bytes);

 private:
  ApartProcess& process_;
};

/// Runs `work` in a forked child, which calls begin() and writes its result, and `take` in this process, which reads
/// it. The child's CPU time counts for the thread's WorkLimit; at the limit the child is killed. Returns false and does
/// nothing if the system cannot start a process. Throws the Error that `work` throws; Error `too_slow` or `interrupted`
/// at the limit, `memory` if the system killed the child, `internal` if it crashed.
bool run_apart(const std::function<void(ApartOutput&)>& work, const std::function<void(ApartInput&)>& take);

/// For a child that runs a library on a stranger's file, and then ends: no messages on standard error, and no more
/// memory than `bytes` beside what there is.
void confine_apart(std::uint64_t bytes);

/// Returns what `make` returns in a child; calls it in this process if the system cannot start one.
std::vector<std::byte> made_apart(const std::function<std::vector<std::byte>()>& make);

}  // namespace thumbs
