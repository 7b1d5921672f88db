// Limits of a thread's work: CPU time, and a run that should stop.
#include "support/work_limit.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace thumbs {
namespace {

void work_for(double seconds) {
  for (const double end = thread_cpu_seconds() + seconds; thread_cpu_seconds() < end;) {
  }
}

TEST(WorkLimit, NothingLimitsAThreadWithoutOne) {
  EXPECT_EQ(work_given_up(), nullptr);
  EXPECT_NO_THROW(keep_within_limits());
}

TEST(WorkLimit, CpuTimeEndsTheWorkAndWaitingDoesNot) {
  const WorkLimit limit(0.02, nullptr);
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  EXPECT_EQ(work_given_up(), nullptr);
  work_for(0.03);
  EXPECT_EQ(work_given_up(), &k_too_slow);
  try {
    keep_within_limits();
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::too_slow);
  }
}

TEST(WorkLimit, NoSecondsMeanNoLimit) {
  const WorkLimit limit(0, nullptr);
  work_for(0.01);
  EXPECT_EQ(work_given_up(), nullptr);
}

TEST(WorkLimit, AStopEndsTheWorkWhateverItTookSoFar) {
  std::atomic<bool> stop{false};
  const WorkLimit limit(1e-9, &stop);
  work_for(0.001);
  EXPECT_EQ(work_given_up(), &k_too_slow);
  stop = true;
  EXPECT_EQ(work_given_up(), &k_interrupted);
  EXPECT_TRUE(limit.stopped());
}

TEST(WorkLimit, OneInsideAnotherTakesItsPlace) {
  const WorkLimit outer(1e-9, nullptr);
  work_for(0.001);
  {
    const WorkLimit inner(20, nullptr);
    EXPECT_EQ(work_given_up(), nullptr);
  }
  EXPECT_EQ(work_given_up(), &k_too_slow);
}

TEST(WorkLimit, WhatWasUsedElsewhereCounts) {
  WorkLimit outer(1, nullptr);
  {
    WorkLimit inner(1, nullptr);
    EXPECT_EQ(inner.reached_with(0.5), nullptr);
    EXPECT_EQ(inner.reached_with(2), &k_too_slow);
    inner.add_used(2);
    EXPECT_GE(inner.used(), 2);
    EXPECT_EQ(work_given_up(), &k_too_slow);
  }
  EXPECT_EQ(work_given_up(), &k_too_slow) << "the inner work was a part of the outer";
}

TEST(WorkLimit, IsOneThreadsOnly) {
  const WorkLimit limit(1e-9, nullptr);
  work_for(0.001);
  const GivenUp* there = &k_too_slow;
  std::thread([&] { there = work_given_up(); }).join();
  EXPECT_EQ(there, nullptr);
}

TEST(Pace, LooksOnceForManySamplesButForNarrowRowsToo) {
  for (const std::size_t row : {std::size_t{1}, std::size_t{100}, std::size_t{100000}}) {
    Pace pace;
    std::size_t looks = 0, rows = 0;
    for (; looks < 3; ++rows) looks += pace.step(row) ? 1 : 0;
    EXPECT_GE(rows * (row + 16), 3U << 18) << row;
    EXPECT_LE(rows, 3 * (1U << 18) / 16 + 3) << row;
  }
}

}  // namespace
}  // namespace thumbs
