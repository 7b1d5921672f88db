#include "cli/stats_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thumbs::cli {
namespace {

using testing::EndsWith;

BuildStats a_build(Bound bound) {
  BuildStats stats;
  stats.decide_seconds = 0.25;
  stats.build_seconds = 5;
  stats.decode = {7.5, 7};
  stats.write = {2.5, 0.5};
  stats.bound = bound;
  return stats;
}

TEST(StatsText, ALineForEachStageThatTookTime) {
  EXPECT_EQ(stats_text(a_build(Bound::cpu), 2, 2),
            "0.25 s to find out what is stale, 5.00 s to build with 2 workers:\n"
            "  decode    75 %     7.50 s\n"
            "  write     25 %     2.50 s\n"
            "the processor bounds this run: only more cores would help\n");
}

TEST(StatsText, SaysWhetherMoreWorkersWouldHelp) {
  const struct {
    Bound bound;
    const char* advice;
  } cases[] = {
      {Bound::cpu, "the processor bounds this run: -j4 would use all cores\n"},
      {Bound::reading, "more -j will not help: reading bounds this run\n"},
      {Bound::writing, "more -j will not help: writing bounds this run\n"},
      {Bound::memory, "more -j will not help: memory bounds this run; --memory SIZE allows more\n"},
      {Bound::pictures, "more -j will not help: there were too few pictures for 1 worker\n"},
  };
  for (const auto& c : cases) EXPECT_THAT(stats_text(a_build(c.bound), 1, 4), EndsWith(c.advice));
}

TEST(StatsText, NothingMade) {
  EXPECT_EQ(stats_text(a_build(Bound::nothing), 2, 2), "0.25 s to find out what is stale; nothing was made\n");
}

}  // namespace
}  // namespace thumbs::cli
