// Which parts of the sources (--shard) runs with a cache have worked on, so that a merge can tell what is missing.
#pragma once

#include <cstdint>

#include "support/hash.h"

namespace thumbs::cache {

/// More are taken from no file: that of another machine may say anything.
inline constexpr std::uint32_t k_most_parts = 1000000;

struct ShardRecord {
  std::uint32_t index = 1;  ///< from 1
  std::uint32_t count = 1;
  bool finished = false;  ///< a run went through it to its end
  Hash128 rules;          ///< of the manifest that it was built by, see manifest::rules_hash()
  bool sound() const { return index >= 1 && index <= count && count <= k_most_parts; }
  bool operator==(const ShardRecord&) const = default;
};

}  // namespace thumbs::cache
