// What bounds a build, from the times of its stages.
#include "engine/stats.h"

#include <gtest/gtest.h>

namespace thumbs::engine {
namespace {

struct Taken {
  Stage stage;
  double seconds;
  double cpu_seconds;
};

BuildStats stats_of(std::initializer_list<Taken> all, int jobs = 2, double seconds = 10) {
  StageTimes times;
  for (const Taken& taken : all) times.add(taken.stage, {taken.seconds, taken.cpu_seconds});
  BuildStats stats;
  fill_in_stats(times, jobs, seconds, stats);
  return stats;
}

TEST(Stats, TheLargestShareBoundsABuild) {
  const struct {
    const char* what;
    std::initializer_list<Taken> taken;
    Bound bound;
  } cases[] = {
      {"nothing", {}, Bound::nothing},
      {"only records", {{Stage::record, 1, 0}}, Bound::nothing},
      {"decoding", {{Stage::read, 2, 1}, {Stage::decode, 12, 12}, {Stage::write, 4, 1}}, Bound::cpu},
      {"waiting for a core", {{Stage::read, 1, 1}, {Stage::decode, 12, 2}, {Stage::write, 4, 1}}, Bound::cpu},
      {"sources", {{Stage::read, 12, 1}, {Stage::decode, 5, 5}, {Stage::write, 2, 1}}, Bound::reading},
      {"outputs", {{Stage::read, 2, 1}, {Stage::decode, 5, 5}, {Stage::write, 12, 1}}, Bound::writing},
      {"a sync, while the other worker is idle",
       {{Stage::read, 1, 1}, {Stage::decode, 6, 6}, {Stage::write, 1, 1}, {Stage::record, 6, 0}},
       Bound::writing},
      {"memory", {{Stage::read, 1, 1}, {Stage::decode, 5, 5}, {Stage::memory, 12, 0}}, Bound::memory},
      {"one picture", {{Stage::read, 1, 1}, {Stage::decode, 6, 6}, {Stage::write, 1, 1}}, Bound::pictures},
  };
  for (const auto& c : cases) EXPECT_EQ(to_string(stats_of(c.taken).bound), to_string(c.bound)) << c.what;
}

TEST(Stats, WhatIsNoStageIsIdle) {
  const BuildStats stats = stats_of({{Stage::read, 1, 1}, {Stage::encode, 5, 4}}, 2, 10);
  EXPECT_DOUBLE_EQ(stats.build_seconds, 10);
  EXPECT_NEAR(stats.idle_seconds, 14, 1e-6);
  EXPECT_NEAR(stats.encode.cpu_seconds, 4, 1e-6);
  EXPECT_EQ(stats_of({{Stage::read, 30, 1}}, 2, 10).idle_seconds, 0) << "clocks differ a little";
}

}  // namespace
}  // namespace thumbs::engine
