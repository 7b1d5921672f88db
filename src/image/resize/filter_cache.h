// Keeps filters for reuse: the planes of a picture, and pictures of one size, share them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "image/resize/kernel.h"

namespace thumbs::image {

/// Keeps the filters used last. Not thread-safe: each thread has its own.
class FilterCache {
 public:
  /// make_filter(spec), or a cached result. The reference is valid until k_entries other specs have been requested, or
  /// until trim().
  const AxisFilter& get(const AxisSpec& spec);

  /// Frees filters that are too large to keep.
  void trim();

  /// The cache of the calling thread.
  static FilterCache& of_thread();

 private:
  struct Entry {
    AxisSpec spec;
    AxisFilter filter;
    std::uint64_t last_use = 0;
  };

  static constexpr std::size_t k_entries = 16;
  std::array<std::unique_ptr<Entry>, k_entries> entries_;
  std::uint64_t uses_ = 0;
};

}  // namespace thumbs::image
