// The graph: every task is committed once, one at a time; a stop ends the intake and drains.
#include "pipeline/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <atomic>
#include <chrono>
#include <map>
#include <thread>

#include "stage_world.h"

namespace thumbs::pipeline {
namespace {

struct Outcome {
  std::map<std::string, int> commits;  // by source
  bool overlapped = false;
  std::size_t failed = 0;
};

Outcome run_all(
    StageWorld& world, int jobs, const std::function<bool()>& stop = [] { return false; },
    const std::function<void()>& during_commit = [] {}) {
  const oneapi::tbb::global_control threads(oneapi::tbb::global_control::max_allowed_parallelism,
                                            static_cast<std::size_t>(jobs));
  oneapi::tbb::task_arena arena(jobs);
  Outcome result;
  std::atomic<int> inside = 0;
  const PipelineHooks hooks{.stop = stop, .commit = [&](const std::shared_ptr<Work>& work) {
                              if (++inside != 1) result.overlapped = true;
                              ++result.commits[std::string(work->source->path)];
                              for (const Made& made : work->made)
                                result.failed += made.result().status == Status::failed ? 1 : 0;
                              during_commit();
                              --inside;
                            }};
  const Stages stages = world.stages();
  arena.execute([&] { run_pipeline(world.tasks, stages, jobs, hooks); });
  return result;
}

void add_sources(StageWorld& world, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(1000 + i);
    world.add("in/" + number + ".png", i % 10 == 7 ? "no picture" : some_png(static_cast<unsigned>(i)));
  }
  world.plan();
}

TEST(Pipeline, ReadsAheadWhereTheDiskIsSlow) {
  StageWorld world;
  add_sources(world, 60);
  world.disk.hook = [](const std::string& operation, const std::string&) {
    if (operation == "read") std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  const Outcome result = run_all(world, 2);
  EXPECT_EQ(result.commits.size(), 60U);
  const std::vector<std::string> asked = world.disk.asked_ahead();
  EXPECT_GE(asked.size(), 50U);
  EXPECT_THAT(asked, testing::Contains("in/1059.png"));
}

TEST(Pipeline, CommitsEveryTaskOnceAndOneAtATime) {
  for (const int jobs : {1, 2, 8}) {
    SCOPED_TRACE(jobs);
    StageWorld world;
    add_sources(world, 60);
    const Outcome result = run_all(
        world, jobs, [] { return false; }, [] { std::this_thread::yield(); });
    EXPECT_EQ(result.commits.size(), 60U);
    for (const auto& [source, count] : result.commits) EXPECT_EQ(count, 1) << source;
    EXPECT_FALSE(result.overlapped);
    EXPECT_EQ(result.failed, 12U) << "one bad picture never stops the others";
    EXPECT_EQ(world.disk.files("out").size(), 108U);
  }
}

TEST(Pipeline, OfNothingDoesNothing) {
  StageWorld world;
  EXPECT_TRUE(run_all(world, 2).commits.empty());
}

TEST(Pipeline, AStopEndsTheIntakeAndDrains) {
  for (const int jobs : {1, 4}) {
    SCOPED_TRACE(jobs);
    StageWorld world;
    add_sources(world, 60);
    int asked = 0;
    const Outcome result = run_all(world, jobs, [&] { return ++asked > 20; });
    EXPECT_EQ(result.commits.size(), 20U) << "what was taken up is finished, nothing else begun";
    EXPECT_EQ(world.disk.reads().size(), 20U);
    EXPECT_EQ(asked, 21) << "nobody asks again";
    for (const graph::Output& output : world.graph.outputs)
      EXPECT_EQ(output.stale->result != nullptr, result.commits.contains(std::string(output.source->path)))
          << output.path;
  }
}

TEST(Pipeline, AStopFromACommitIsHeard) {
  StageWorld world;
  add_sources(world, 60);
  std::atomic<bool> stop = false;
  const Outcome result = run_all(
      world, 2, [&] { return stop.load(); }, [&] { stop = true; });
  EXPECT_GE(result.commits.size(), 1U);
  EXPECT_LE(result.commits.size(), 10U) << "no more than were in flight";
}

TEST(Pipeline, AStopBeforeTheStartBeginsNothing) {
  StageWorld world;
  add_sources(world, 5);
  EXPECT_TRUE(run_all(world, 2, [] { return true; }).commits.empty());
  EXPECT_TRUE(world.disk.reads().empty());
}

TEST(Pipeline, ATinyBudgetHasEachPictureAloneAndAllFinished) {
  for (const std::uint64_t budget : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{60'000}}) {
    SCOPED_TRACE(budget);
    StageWorld world(R"({"name": "a", "width": 16})", budget);
    add_sources(world, 60);
    const Outcome result = run_all(world, 8);
    EXPECT_EQ(result.commits.size(), 60U);
    EXPECT_EQ(result.failed, 6U);
    EXPECT_GT(world.budget.peak(), 0U);
  }
}

TEST(Pipeline, TheBudgetBoundsWhatIsInFlight) {
  StageWorld alone(R"({"name": "a", "width": 16})", 1);
  add_sources(alone, 1);
  run_all(alone, 1);
  const std::uint64_t one = alone.budget.peak();
  StageWorld world(R"({"name": "a", "width": 16})", 2 * one);
  add_sources(world, 60);
  run_all(world, 8);
  EXPECT_LE(world.budget.peak(), 2 * one);
}

TEST(ShareMemory, SharesAreTheBudgetTogether) {
  constexpr std::uint64_t k_mib = std::uint64_t{1} << 20;
  for (const std::uint64_t budget :
       {std::uint64_t{0}, std::uint64_t{1}, 999 * k_mib / 1000, 64 * k_mib, 100'000 * k_mib}) {
    for (const int jobs : {1, 2, 64}) {
      SCOPED_TRACE(std::to_string(budget) + " bytes, " + std::to_string(jobs) + " jobs");
      const MemoryShares shares = share_memory(budget, jobs);
      const auto workers = static_cast<std::uint64_t>(jobs);
      EXPECT_EQ(shares.pixels + shares.buffers * workers + shares.file * workers * 2, budget);
      EXPECT_GE(shares.pixels, budget / 2);
      EXPECT_LE(shares.file, k_largest_in_memory);
    }
  }
  EXPECT_EQ(share_memory(64 * k_mib, 2).file, 4 * k_mib);
  EXPECT_EQ(share_memory(64 * k_mib, 2).buffers, 4 * k_mib);
}

}  // namespace
}  // namespace thumbs::pipeline
