// Counts each hashed file once.
#include "pipeline/tally.h"

namespace thumbs::pipeline {

void Tally::hashed(const std::string& path) {
  const std::lock_guard lock(mutex_);
  hashed_.insert(path);
}

std::uint64_t Tally::files_hashed() const {
  const std::lock_guard lock(mutex_);
  return hashed_.size();
}

}  // namespace thumbs::pipeline
