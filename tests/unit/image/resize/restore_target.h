// For tests that choose the instruction set.
#pragma once

#include "image/resize/targets.h"

namespace thumbs::test {

/// The best one is used again when this goes.
class RestoreTarget {
 public:
  RestoreTarget() = default;
  RestoreTarget(const RestoreTarget&) = delete;
  RestoreTarget& operator=(const RestoreTarget&) = delete;
  ~RestoreTarget() { use_best_resize_target(); }
};

}  // namespace thumbs::test
