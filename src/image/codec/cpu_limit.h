// Limits the CPU time of one decode, within the limit for the whole picture.
#pragma once

#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs::image {

/// Counts from its construction, in the thread that made it; 0 seconds mean no limit of its own. A check costs a system
/// call: check once in some 10,000 samples, not for each row of a narrow picture.
class CpuLimit {
 public:
  explicit CpuLimit(double seconds) : end_(seconds > 0 ? thread_cpu_seconds() + seconds : 0) {}
  /// Why the decode must end, by this limit or by the thread's WorkLimit; null if it may go on.
  const GivenUp* reached() const {
    if (const GivenUp* reason = work_given_up()) return reason;
    return end_ > 0 && thread_cpu_seconds() > end_ ? &k_too_slow : nullptr;
  }
  /// Throws Error too_slow or interrupted if the decode must end.
  void check() const {
    if (const GivenUp* reason = reached()) throw Error(reason->code, reason->text);
  }

 private:
  double end_;
};

}  // namespace thumbs::image
