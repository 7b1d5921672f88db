// Frees the blocks of replaced and removed files beside the work: freeing waits for the device where the file system is
// mounted with `discard`, some tenths of a millisecond for each file.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "support/fd.h"

namespace thumbs::disk {

/// A file without a name lives as long as somebody has it open: hold() before the name goes, give() after it. The
/// kernel frees the file when a thread in here closes it, or when the process ends, however that ends. Thread-safe.
class LateRelease {
 public:
  LateRelease() = default;
  LateRelease(const LateRelease&) = delete;
  LateRelease& operator=(const LateRelease&) = delete;
  /// Waits for drain().
  ~LateRelease();

  /// Opens the file at `place` for nothing but this, not following a link. Empty if there is none, or it cannot be
  /// held.
  static Fd hold(const ReachablePath& place);

  /// Closes `held` soon; at once where too many wait already, or no thread can be started.
  void give(Fd held);

  /// Waits until all that was given is closed: the space is free then.
  void drain();

 private:
  void close_all();
  bool has_thread();

  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable idle_;
  std::deque<Fd> waiting_;
  std::vector<std::thread> threads_;
  std::size_t busy_ = 0;
  bool ended_ = false;
};

}  // namespace thumbs::disk
