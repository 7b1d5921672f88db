// Limits the work on one picture: its CPU time, and whether the run should stop.
//
// Loops over rows check the limit, often in callbacks of libraries that pass no context, and CPU time is counted by
// thread. So the limit is thread-local, for the lifetime of a WorkLimit.
#pragma once

#include <atomic>
#include <cstddef>

#include "thumbs/error.h"

namespace thumbs {

/// Seconds on a clock that is never set. Costs no system call.
double clock_seconds();

/// CPU seconds of the calling thread.
double thread_cpu_seconds();

/// Why work must end.
struct GivenUp {
  ErrorCode code;
  const char* text;
};
inline constexpr GivenUp k_too_slow{ErrorCode::too_slow, "took more than limits.seconds of CPU time"};
inline constexpr GivenUp k_interrupted{ErrorCode::interrupted, "interrupted"};

/// Limits the calling thread during its lifetime. A nested one replaces the outer one.
class WorkLimit {
 public:
  /// `seconds` of CPU time, counted from now; 0: no limit. `stop`, where given: the work ends once it is true.
  WorkLimit(double seconds, const std::atomic<bool>* stop);
  ~WorkLimit();
  WorkLimit(const WorkLimit&) = delete;
  WorkLimit& operator=(const WorkLimit&) = delete;

  /// CPU seconds since construction, including child processes of this thread.
  double used() const;

  /// The calling thread's limit; null if it has none.
  static WorkLimit* current();
  /// Adds the CPU time of a child process.
  void add_used(double seconds) { elsewhere_ += seconds; }
  /// Why the work must end; null while it may continue.
  const GivenUp* reached() const { return reached_with(0); }
  /// The same, with `seconds` for a child process that is still running.
  const GivenUp* reached_with(double seconds) const;
  /// Whether the run should stop. Cheap.
  bool stopped() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }

 private:
  double begin_;        // of the thread's CPU time
  double clock_begin_;  // steady clock
  double seconds_;
  double elsewhere_ = 0;
  const std::atomic<bool>* stop_;
  WorkLimit* outer_;
};

/// Why the calling thread's work must end; null while it may continue.
const GivenUp* work_given_up();

/// Throws Error `too_slow` or `interrupted` if the calling thread's work must end. Call it every 10,000 samples or so.
void keep_within_limits();

/// Checks the limit once for many small steps: call step() or keep() for each row, with its number of samples.
class Pace {
 public:
  /// Whether it is time to check.
  bool step(std::size_t samples) {
    samples_ += samples + k_row;
    if (samples_ < k_samples_between_looks) return false;
    samples_ = 0;
    return true;
  }
  /// Checks the limit from time to time. Throws like keep_within_limits().
  void keep(std::size_t samples) {
    if (step(samples)) keep_within_limits();
  }

 private:
  static constexpr std::size_t k_row = 16;  ///< the overhead of a row, in samples
  static constexpr std::size_t k_samples_between_looks = 1 << 18;
  std::size_t samples_ = 0;
};

}  // namespace thumbs
