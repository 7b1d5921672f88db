// What times say and what they do not: coarse ones, ones that jump, ones that archives cut off, and the racy window.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "engine/runs.h"

namespace thumbs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t k_second = FakeDisk::k_second;

void expect_equal_to_clean_build(const World& world) {
  const auto clean = without_past(world);
  clean->run();
  EXPECT_EQ(digests(world), digests(*clean));
}

std::string minimal(std::string_view manifest) { return R"({"stat": "minimal", )" + std::string(manifest).substr(1); }

struct Edge {
  std::string name;
  std::int64_t mtime_age;
  std::int64_t ctime_age;
  bool trusted;          ///< by all four values
  bool trusted_minimal;  ///< by size and mtime
};

TEST(Timestamps, TheRacyWindowEndsAtExactlyTwoSeconds) {
  constexpr std::int64_t k_window = 2 * k_second;
  const Edge edges[] = {
      {"both just inside", k_window - 1, k_window - 1, false, false},
      {"both at the edge", k_window, k_window, true, true},
      {"both just outside", k_window + 1, k_window + 1, true, true},
      {"mtime inside", k_window - 1, k_window, false, false},
      {"ctime inside", k_window, k_window - 1, false, true},
      {"mtime old, ctime now", 9 * World::k_hour, 0, false, true},
      {"mtime now, ctime old", 0, 9 * World::k_hour, false, false},
      {"mtime to come", -1, k_window, false, false},
      {"mtime long to come", -9 * World::k_hour, k_window, false, false},
  };
  for (const bool is_minimal : {false, true})
    for (const Edge& edge : edges) {
      SCOPED_TRACE(edge.name + (is_minimal ? ", minimal" : ", full"));
      World world(is_minimal ? minimal(k_two_variants) : std::string(k_two_variants));
      const std::int64_t now = world.disk.now_ns();
      world.disk.set_now(now - edge.ctime_age);
      world.disk.put("in/one.png", picture(1));
      world.disk.set_mtime("in/one.png", now - edge.mtime_age);
      world.disk.set_now(now);
      EXPECT_EQ(world.run().summary.hashed, 1U);
      const Report second = world.run();
      EXPECT_EQ(second.summary.hashed, (is_minimal ? edge.trusted_minimal : edge.trusted) ? 0U : 1U);
      EXPECT_EQ(second.summary.decoded, 0U);
    }
}

// However coarse the clock of the files is: what is written after a run looked is found, if at the same size.
TEST(Timestamps, AChangeAfterARunIsFoundAtAnyGranularity) {
  for (const std::int64_t granularity : {std::int64_t{1}, k_second, 2 * k_second})
    for (const std::int64_t offset : {std::int64_t{0}, std::int64_t{1}, granularity / 2, granularity - 1})
      for (const std::int64_t delay : {std::int64_t{0}, std::int64_t{1}, k_second, 2 * k_second - 1, 2 * k_second,
                                       2 * k_second + 1, 3 * k_second}) {
        SCOPED_TRACE("granularity " + std::to_string(granularity) + ", offset " + std::to_string(offset) + ", delay " +
                     std::to_string(delay));
        World world;
        world.disk.set_granularity(granularity);
        world.disk.tick(offset);
        world.disk.put("in/one.png", plain_picture(1));
        world.disk.tick(delay);
        world.run();
        world.disk.tick(1);
        world.disk.put("in/one.png", plain_picture(7));
        world.disk.tick(World::k_hour);
        const Report report = world.run();
        EXPECT_EQ(report.summary.built, 2U);
        EXPECT_EQ(report.summary.hashed + report.summary.decoded, 2U);
        expect_equal_to_clean_build(world);
        EXPECT_EQ(world.run().summary.hashed, 0U);
      }
}

struct Case {
  std::string name;
  std::function<void(World&)> change;  ///< an hour passes after it
  std::uint64_t hashed;                ///< by the next run, which makes nothing
  std::uint64_t hashed_minimal;
};

void cut_off(World& world, const std::string& path) {
  const std::int64_t mtime = world.disk.stat(path, false).stat_data.mtime_ns;
  world.disk.set_mtime(path, mtime - mtime % k_second);
}

// The same bytes, mtime and ctime behind another inode: a file system brought back whole.
void renumber(World& world, const std::string& path) {
  const std::string bytes = *world.disk.text(path);
  const disk::StatData old = world.disk.stat(path, false).stat_data;
  const std::int64_t now = world.disk.now_ns();
  world.disk.erase(path);
  world.disk.set_now(old.ctime_ns);
  world.disk.put(path, bytes);
  world.disk.set_mtime(path, old.mtime_ns);
  world.disk.set_now(now);
}

void for_all(World& world, const std::string& folder, void (*change)(World&, const std::string&)) {
  for (const std::string& path : world.disk.files(folder)) change(world, path);
}

const std::vector<Case>& cases() {
  static const std::vector<Case> k_cases{
      {"nothing", [](World&) {}, 0, 0},
      {"sources' mtimes cut off to seconds", [](World& w) { for_all(w, "in", cut_off); }, 3, 3},
      {"outputs' mtimes cut off to seconds", [](World& w) { for_all(w, "out", cut_off); }, 6, 6},
      {"all mtimes cut off to seconds",
       [](World& w) {
         for_all(w, "in", cut_off);
         for_all(w, "out", cut_off);
       },
       9, 9},
      {"ctime alone: chmod",
       [](World& w) { w.disk.set_mtime("in/one.png", w.disk.stat("in/one.png", false).stat_data.mtime_ns); }, 1, 0},
      {"ctime alone: a hard link", [](World& w) { w.disk.make_hard_link("in/one.png", "elsewhere"); }, 1, 0},
      {"ctime of an output", [](World& w) { w.disk.make_hard_link("out/one-a.png", "elsewhere"); }, 0, 0},
      {"inodes alone, sources", [](World& w) { for_all(w, "in", renumber); }, 3, 0},
      {"inodes alone, outputs", [](World& w) { for_all(w, "out", renumber); }, 0, 0},
      {"the clock set back", [](World& w) { w.disk.tick(-24 * World::k_hour); }, 0, 0},
      {"the clock set forward", [](World& w) { w.disk.tick(24 * 365 * World::k_hour); }, 0, 0},
      {"touched with the clock set back",
       [](World& w) {
         w.disk.tick(-24 * World::k_hour);
         w.disk.touch("in/one.png");
       },
       1, 1},
      {"an output of the past", [](World& w) { w.disk.set_mtime("out/one-a.png", 1); }, 1, 1},
      {"an output of the future", [](World& w) { w.disk.set_mtime("out/one-a.png", w.disk.now_ns() * 2); }, 1, 1},
      {"before 1970", [](World& w) { w.disk.set_mtime("in/one.png", -5 * World::k_hour); }, 1, 1},
  };
  return k_cases;
}

TEST(Timestamps, WhatTimesAloneTellIsHashedOnceAndNeverDecoded) {
  for (const bool is_minimal : {false, true})
    for (const Case& c : cases()) {
      SCOPED_TRACE(c.name + (is_minimal ? ", minimal" : ", full"));
      World world(is_minimal ? minimal(k_two_variants) : std::string(k_two_variants));
      world.disk.tick(123'456'789);
      world.add_pictures();
      ASSERT_EQ(world.run().summary.built, 6U);
      world.disk.tick(World::k_hour);
      c.change(world);
      world.disk.tick(World::k_hour);
      const Report report = world.run();
      EXPECT_THAT(lines(report), IsEmpty());
      EXPECT_EQ(report.summary.hashed, is_minimal ? c.hashed_minimal : c.hashed);
      EXPECT_EQ(report.summary.decoded, 0U);
      EXPECT_EQ(world.run().summary.hashed, 0U) << "remembered";
    }
}

TEST(Timestamps, AnOlderFileOfEqualSizeIsAChange) {
  for (const bool is_minimal : {false, true}) {
    World world(is_minimal ? minimal(k_two_variants) : std::string(k_two_variants));
    world.disk.put("in/one.png", plain_picture(1));
    world.disk.tick(World::k_hour);
    world.run();
    world.disk.tick(-9 * World::k_hour);
    world.disk.put("in/one.png", plain_picture(7));
    const Report report = world.run();
    EXPECT_THAT(lines(report),
                ElementsAre("out/one-a.png: built source-changed", "out/one-b.png: built source-changed"));
    EXPECT_EQ(report.summary.hashed + report.summary.decoded, 2U);
    EXPECT_EQ(world.run().summary.hashed, 1U) << "written just now";
    expect_equal_to_clean_build(world);
  }
}

// The clock jumps in the middle of a run, at each of its operations: the next run is not misled, and all settles.
TEST(Timestamps, AClockThatJumpsDuringARunMisleadsNobody) {
  for (const std::int64_t jump : {-9 * World::k_hour, 9 * World::k_hour, -2 * k_second})
    for (int at = 0;; ++at) {
      SCOPED_TRACE("jump of " + std::to_string(jump) + " at operation " + std::to_string(at));
      World world;
      world.disk.put("in/one.png", plain_picture(1));
      int operation = 0;
      world.disk.hook = [&](const std::string&, const std::string&) {
        if (operation++ == at) world.disk.tick(jump);
      };
      run_with(world, *world.cache, 1);
      world.disk.hook = nullptr;
      if (operation <= at) break;
      world.disk.tick(1);
      world.disk.put("in/one.png", plain_picture(7));
      world.disk.tick(24 * World::k_hour);
      EXPECT_EQ(world.run().summary.built, 2U);
      expect_equal_to_clean_build(world);
      EXPECT_EQ(world.run().summary.hashed, 0U);
    }
}

}  // namespace
}  // namespace thumbs
