// Whether caches together are all parts of one whole. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "cache/shard_record.h"

namespace thumbs::engine {

struct ShardsOfCache {
  std::string name;  ///< as the user gave it
  std::vector<cache::ShardRecord> shards;
};

struct ShardSet {
  std::vector<std::string> faults;     ///< what is doubled, unfinished or missing, by name
  std::vector<std::string> foreign;    ///< what belongs to another whole: no merge, whatever the user insists on
  std::vector<std::uint32_t> missing;  ///< parts that no cache has finished
  std::uint32_t count = 0;             ///< of parts; 0: no cache is of a part
  std::vector<cache::ShardRecord> finished;
};

/// `files` are to be merged into `target`, whose own parts count where they belong to the same whole. A cache without
/// parts is of the whole, or of a selection: nothing is missing because of it.
ShardSet examine_shards(std::span<const ShardsOfCache> files, const ShardsOfCache& target, const Hash128& rules);

/// "part 3", "parts 1, 3 and 4": without "of N".
std::string name_parts(std::span<const std::uint32_t> parts);

}  // namespace thumbs::engine
