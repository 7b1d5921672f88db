// Which of several records of one file counts.
#include "engine/merge.h"

#include <gtest/gtest.h>

#include "parallel/parallel.h"
#include "support/fake_disk.h"

namespace thumbs::engine {
namespace {

constexpr Hash128 k_first{.high = 1}, k_second{.high = 2};

std::vector<CacheToMerge> two_caches(std::int64_t mtime) {
  std::vector<CacheToMerge> caches(2);
  for (const Hash128& hash : {k_first, k_second}) {
    CacheToMerge& cache = caches[hash == k_first ? 0 : 1];
    cache.name = hash.hex();
    cache.rows.recipes.resize(1);
    cache.rows.recipes[0].settings = "width=9";
    cache.rows.sources.resize(1);
    cache.rows.sources[0].path = "a.jpg";
    cache.rows.sources[0].hash = hash;
    cache.rows.outputs.resize(1);
    cache.rows.outputs[0].path = "out/a.jpg";
    cache.rows.outputs[0].source = "a.jpg";
    cache.rows.outputs[0].source_hash = hash;
    cache.rows.outputs[0].mtime_ns = mtime;
    cache.rows.outputs[0].size = 3;
    cache.rows.outputs[0].made = true;
  }
  return caches;
}

MergedRows merge(const FakeDisk& disk, const cache::Records& known, std::span<CacheToMerge> caches) {
  MergedRows merged;
  parallel::with_threads(1, [&] { merged = merge_rows(disk, known, caches, [] { return false; }); });
  return merged;
}

// A record that the cache has already must not let an earlier cache's one, which it lacks, win.
TEST(Merge, TheLastCacheCountsHoweverOftenTheyAreMerged) {
  FakeDisk disk;
  disk.put("out/a.jpg", "abc");
  const std::int64_t mtime = disk.stat("out/a.jpg", false).stat_data.mtime_ns;
  const std::vector<CacheToMerge> recorded = two_caches(mtime);
  const cache::Records empty;
  for (const cache::Records* const known : {&empty, &recorded[0].rows, &recorded[1].rows}) {
    std::vector<CacheToMerge> caches = two_caches(mtime);
    const MergedRows merged = merge(disk, *known, caches);
    EXPECT_EQ(merged.outputs, 2U);
    ASSERT_FALSE(merged.batch.sources.empty());
    EXPECT_EQ(merged.batch.sources.back().hash, k_second);
    ASSERT_FALSE(merged.batch.outputs.empty());
    EXPECT_EQ(merged.batch.outputs.back().row.source_hash, k_second);
  }
}

TEST(Merge, WhatIsKnownIsNotWrittenAgain) {
  FakeDisk disk;
  disk.put("out/a.jpg", "abc");
  std::vector<CacheToMerge> caches = two_caches(disk.stat("out/a.jpg", false).stat_data.mtime_ns);
  const std::vector<CacheToMerge> known = two_caches(disk.stat("out/a.jpg", false).stat_data.mtime_ns);
  const MergedRows merged = merge(disk, known[0].rows, std::span(caches).first(1));
  EXPECT_TRUE(merged.batch.empty());
  EXPECT_EQ(merged.outputs, 1U);
}

}  // namespace
}  // namespace thumbs::engine
