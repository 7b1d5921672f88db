// What a run did, counted where it is done.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_set>

#include "support/stage_time.h"

namespace thumbs::pipeline {

/// Thread-safe.
class Tally {
 public:
  void hashed(const std::string& path);
  std::uint64_t files_hashed() const;

  std::atomic<std::uint64_t> decoded{0};
  std::atomic<std::uint64_t> bytes_read{0};
  std::atomic<std::uint64_t> bytes_written{0};
  StageTimes times;

 private:
  mutable std::mutex mutex_;
  std::unordered_set<std::string> hashed_;
};

}  // namespace thumbs::pipeline
