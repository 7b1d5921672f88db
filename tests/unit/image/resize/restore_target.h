// For tests that choose the instruction set.
#pragma once

#include "image/resize/targets.h"

namespace thumbs::test {

/// Restores the best instruction set when it is destroyed.
class RestoreTarget {
 public:
  RestoreTarget() = default;
  RestoreTarget(const RestoreTarget&) = delete;
  RestoreTarget& operator=(const RestoreTarget&) = delete;
  ~RestoreTarget() { image::use_best_resize_target(); }
};

}  // namespace thumbs::test
