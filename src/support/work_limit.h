// What the work on one picture may take: CPU time, and only as long as nobody asks the run to stop.
//
// Both are looked at from deep inside loops over rows, below libraries that hand nothing through, and CPU time is
// counted by thread: so the limit belongs to the thread, for as long as a WorkLimit stands on its stack.
#pragma once

#include <atomic>
#include <cstddef>

#include "thumbs/error.h"

namespace thumbs {

/// CPU seconds of the calling thread.
double thread_cpu_seconds();

/// Why work is given up.
struct GivenUp {
  ErrorCode code;
  const char* text;
};
inline constexpr GivenUp k_too_slow{ErrorCode::too_slow, "took more than limits.seconds of CPU time"};
inline constexpr GivenUp k_interrupted{ErrorCode::interrupted, "interrupted"};

/// From its construction to its destruction the calling thread's work is limited; one inside another takes its place.
class WorkLimit {
 public:
  /// `seconds` of CPU time, counted from now; 0: no limit. `stop`, where given: the work ends once it is true.
  WorkLimit(double seconds, const std::atomic<bool>* stop);
  ~WorkLimit();
  WorkLimit(const WorkLimit&) = delete;
  WorkLimit& operator=(const WorkLimit&) = delete;

  /// CPU seconds since its construction, those of processes that worked for this thread included.
  double used() const;

  /// The calling thread's; null where nothing limits it.
  static WorkLimit* current();
  /// CPU time of a process that works for this thread.
  void add_used(double seconds) { elsewhere_ += seconds; }
  /// Why the work must end; null as long as it may go on. A look costs a system call.
  const GivenUp* reached() const { return reached_with(0); }
  /// The same where a process that works for this thread has used so many seconds so far.
  const GivenUp* reached_with(double seconds) const;
  /// Only whether the run is to stop; costs next to nothing.
  bool stopped() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }

 private:
  double begin_;
  double seconds_;
  double elsewhere_ = 0;
  const std::atomic<bool>* stop_;
  WorkLimit* outer_;
};

/// Of the calling thread: why its work must end; null as long as it may go on.
const GivenUp* work_given_up();

/// Throws Error too_slow or interrupted where the calling thread's work must end. For every 10,000 samples or so.
void keep_within_limits();

/// Looks once for many small steps: call step() for each row, with what it cost in samples.
class Pace {
 public:
  /// Whether it is time to look.
  bool step(std::size_t samples) {
    samples_ += samples + k_row;
    if (samples_ < k_samples_between_looks) return false;
    samples_ = 0;
    return true;
  }
  /// Throws as keep_within_limits() does.
  void keep(std::size_t samples) {
    if (step(samples)) keep_within_limits();
  }

 private:
  static constexpr std::size_t k_row = 16;  ///< what a row costs beside its samples
  static constexpr std::size_t k_samples_between_looks = 1 << 18;
  std::size_t samples_ = 0;
};

}  // namespace thumbs
