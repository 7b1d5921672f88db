// Work in a process of its own: for calls into libraries that take long and cannot be asked to end.
//
// libaom encodes a picture in one call, without any callback, and libwebp goes for many seconds between two of its
// reports of progress where it compresses without loss. A thread in such a call can be neither stopped (its locks and
// its memory would stay as they are) nor left alone (it would hold its memory and a core beyond limits.seconds). A
// process can be ended at any moment, and the system takes back all it had. A forked one sees the pixels without a
// copy. It runs on a copy of the calling thread alone, so it must start no threads and wait for no lock of another
// thread; malloc's are safe with glibc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace thumbs {

/// What the other process says, in order.
class ApartOutput {
 public:
  explicit ApartOutput(int fd) : fd_(fd) {}
  /// Once the work is done, ahead of what it gave: from here on it must not throw.
  void begin();
  void number(std::uint64_t value);
  void bytes(std::span<const std::byte> bytes);

 private:
  int fd_;
};

class ApartProcess;

/// What the calling process hears. Throws as run_apart() does.
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

/// Runs `work` in a forked process, which calls begin() and writes its result, and `take` here, which reads it. The
/// other process's CPU time counts for the thread's WorkLimit; where that is reached it is killed, and Error too_slow
/// or interrupted thrown. Throws what `work` throws if that is an Error; `memory` where the system killed the process;
/// `internal` where it crashed. False, and nothing done, where the system allows no further process: then it must be
/// done here.
bool run_apart(const std::function<void(ApartOutput&)>& work, const std::function<void(ApartInput&)>& take);

/// The bytes that `make` gives; made here where the system allows no further process.
std::vector<std::byte> made_apart(const std::function<std::vector<std::byte>()>& make);

}  // namespace thumbs
