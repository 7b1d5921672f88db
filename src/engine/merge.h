// Takes over what other caches record.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "disk/disk.h"
#include "thumbs/manifest.h"

namespace thumbs::engine {

struct CacheToMerge {
  std::string name;  ///< as the user gave it
  cache::Records rows;
  std::vector<cache::ShardRecord> shards;
  std::vector<cache::PictureRecord> pictures;
  std::vector<std::string> made_folders;
  std::vector<cache::FailureRecord> failures;  ///< sorted
};

struct MergedRows {
  cache::Batch batch;         ///< what the cache lacks; refers to the caches that were merged
  std::uint64_t outputs = 0;  ///< records that count, new to the cache or not
  /// Outputs that do not stand as the caches say, "CACHE: OUTPUT": their records do not count.
  std::vector<std::string> left_out;
  /// Caches of the whole of whose outputs and sources none stands: they are of other files.
  std::vector<std::string> alien;
};

/// A record counts if its output has the size and mtime that it says, or else its hash; the last cache's, where several
/// record one output. Of a cache of parts only their sources count. What `known` has of the same sources is forgotten
/// where no cache to be merged has it any more and its file is gone. REQUIRES that `known` has the cache's records.
/// Uses the oneTBB arena that it is called in. Throws Error `interrupted` once `stop` is true.
MergedRows merge_rows(const disk::DiskReader& disk, const cache::Records& known, std::span<CacheToMerge> caches,
                      const std::function<bool()>& stop);

}  // namespace thumbs::engine
