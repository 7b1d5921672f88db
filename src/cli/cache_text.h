// What `cache stats` and `cache verify` say to people.
#pragma once

#include <string>
#include <vector>

#include "thumbs/cache.h"

namespace thumbs::cli {

/// A table of the cache's numbers.
std::string cache_stats_text(const CacheInfo& cache);

/// The faults, a line each, or that there are none.
std::string cache_verify_text(const CacheInfo& cache, const std::vector<std::string>& faults);

/// What a merge took over, and what is missing.
std::string cache_merge_text(const MergeInfo& merge, const Report& report, bool dry_run);

}  // namespace thumbs::cli
