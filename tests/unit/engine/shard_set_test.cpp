// Whether caches are the parts of one whole.
#include "engine/shard_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thumbs::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Hash128 k_rules{.high = 1, .low = 2};

cache::ShardRecord done(std::uint32_t index, std::uint32_t count) { return {index, count, true, k_rules}; }

TEST(ShardSet, AWholeSetHasNoFault) {
  const std::vector<ShardsOfCache> files{{"b", {done(2, 3)}}, {"ca", {done(1, 3), done(3, 3)}}, {"whole", {}}};
  const ShardSet set = examine_shards(files, {"target", {}}, k_rules);
  EXPECT_THAT(set.faults, IsEmpty());
  EXPECT_THAT(set.foreign, IsEmpty());
  EXPECT_THAT(set.missing, IsEmpty());
  EXPECT_EQ(set.count, 3U);
  EXPECT_THAT(set.finished, ElementsAre(done(1, 3), done(2, 3), done(3, 3)));
}

TEST(ShardSet, CachesOfTheWholeAreNoSet) {
  const ShardSet set = examine_shards(std::vector<ShardsOfCache>{{"a", {}}, {"b", {}}}, {"", {done(1, 2)}}, k_rules);
  EXPECT_EQ(set.count, 0U);
  EXPECT_THAT(set.faults, IsEmpty());
  EXPECT_THAT(set.missing, IsEmpty());
}

TEST(ShardSet, WhatIsMissingDoubledUnfinishedOrForeignIsNamed) {
  const cache::ShardRecord begun{2, 2, false, k_rules}, other{2, 2, true, {.high = 1, .low = 3}};
  const struct {
    std::vector<ShardsOfCache> files;
    std::vector<cache::ShardRecord> target;
    std::vector<std::string> faults, foreign;
  } cases[] = {
      {{{"a", {done(1, 2)}}}, {}, {"part 2 of 2 is missing: build it first"}, {}},
      {{{"a", {done(2, 4)}}}, {}, {"parts 1, 3 and 4 of 4 are missing: build them first"}, {}},
      {{{"a", {done(1, 2)}}}, {done(2, 2)}, {}, {}},
      {{{"a", {done(1, 2)}}}, {done(1, 2)}, {"part 2 of 2 is missing: build it first"}, {}},
      {{{"a", {done(1, 2)}}}, {begun}, {"part 2 of 2 is missing: build it first"}, {}},
      {{{"a", {done(1, 2)}}}, {other}, {"part 2 of 2 is missing: build it first"}, {}},
      {{{"a", {done(1, 2)}}}, {done(2, 3)}, {"part 2 of 2 is missing: build it first"}, {}},
      {{{"a", {done(1, 1)}}, {"b", {done(1, 1)}}}, {}, {"b: is part 1 of 1, as is a"}, {}},
      {{{"a", {done(1, 2)}}, {"b", {begun}}},
       {},
       {"b: part 2 of 2 is not finished: run it again", "part 2 of 2 is missing: build it first"},
       {}},
      {{{"a", {done(1, 2)}}, {"b", {done(2, 3)}}}, {done(2, 2)}, {}, {"b: is part 2 of 3, but a is a part of 2"}},
      {{{"a", {done(1, 2)}}, {"b", {other}}},
       {done(2, 2)},
       {},
       {"b: is part 2 of 2 of another manifest, or of another state of it or version of thumbs: run it again"}},
  };
  for (const auto& c : cases) {
    const ShardSet set = examine_shards(c.files, {"", c.target}, k_rules);
    EXPECT_EQ(set.faults, c.faults);
    EXPECT_EQ(set.foreign, c.foreign);
  }
}

TEST(ShardSet, ManyMissingPartsAreNotAllNamed) {
  const ShardSet set = examine_shards(std::vector<ShardsOfCache>{{"a", {done(1, 1000)}}}, {}, k_rules);
  ASSERT_EQ(set.faults.size(), 1U);
  EXPECT_THAT(set.faults.front(), testing::HasSubstr("20, 21 and 979 more of 1000 are missing"));
}

}  // namespace
}  // namespace thumbs::engine
