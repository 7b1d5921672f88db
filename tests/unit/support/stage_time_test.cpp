// Time counts for the innermost stage, once, on each thread by itself.
#include "support/stage_time.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "support/work_limit.h"

namespace thumbs {
namespace {

void wait(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

void compute(double seconds) {
  const double end = thread_cpu_seconds() + seconds;
  while (thread_cpu_seconds() < end) {
  }
}

TEST(StageTime, InnerStagesTakeTimeFromTheOuterOne) {
  StageTimes times;
  {
    const InStage decode(&times, Stage::decode);
    compute(0.02);
    {
      const InStage read(Stage::read);
      wait(0.05);
    }
    compute(0.02);
  }
  EXPECT_GE(times.of(Stage::decode).cpu_seconds, 0.04);
  EXPECT_GE(times.of(Stage::read).seconds, 0.05);
  EXPECT_LT(times.of(Stage::read).cpu_seconds, 0.04);
  const double both = times.of(Stage::decode).seconds + times.of(Stage::read).seconds;
  EXPECT_GE(both, 0.09);
  EXPECT_EQ(times.of(Stage::write).seconds, 0);
}

TEST(StageTime, WithoutTimesNothingCounts) {
  const InStage none(nullptr, Stage::decode);
  const InStage inner(Stage::read);
  add_stage_cpu(1);
}

TEST(StageTime, EachThreadHasItsOwnStage) {
  StageTimes times;
  const InStage here(&times, Stage::decode);
  std::thread other([] {
    const InStage nowhere(Stage::read);
    compute(0.01);
  });
  other.join();
  EXPECT_EQ(times.of(Stage::read).cpu_seconds, 0);
}

TEST(StageTime, ChildProcessesCountForTheStageThatWaitsForThem) {
  StageTimes times;
  {
    const InStage encode(&times, Stage::encode);
    add_stage_cpu(2.5);
  }
  EXPECT_GE(times.of(Stage::encode).cpu_seconds, 2.5);
  EXPECT_LT(times.of(Stage::encode).seconds, 2.5);
}

}  // namespace
}  // namespace thumbs
