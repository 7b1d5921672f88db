// How much CPU time one decode may take.
#pragma once

#include <ctime>

#include "thumbs/error.h"

namespace thumbs {

/// CPU seconds of the calling thread.
inline double thread_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Counts from its construction, in the thread that made it; 0 seconds mean no limit. A look costs a system call: look
/// once for some 10,000 samples, not for each row of a narrow picture.
class CpuLimit {
 public:
  explicit CpuLimit(double seconds) : end_(seconds > 0 ? thread_cpu_seconds() + seconds : 0) {}
  bool exceeded() const { return end_ > 0 && thread_cpu_seconds() > end_; }
  /// Throws Error too_slow where it is exceeded.
  void check() const {
    if (exceeded()) throw Error(ErrorCode::too_slow, k_exceeded);
  }
  static constexpr const char* k_exceeded = "decoding took more than limits.seconds of CPU time";

 private:
  double end_;
};

}  // namespace thumbs
