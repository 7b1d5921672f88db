// A source that changes under a run, at every point of it: whatever this run makes of that, the next must find it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "engine/runs.h"

namespace thumbs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Change {
  std::string name;
  std::function<void(FakeDisk&)> make;
};

const std::vector<Change>& changes() {
  static const std::vector<Change> k_changes{
      {"written in place", [](FakeDisk& disk) { disk.put("in/one.png", plain_picture(7)); }},
      {"written in place, another size", [](FakeDisk& disk) { disk.put("in/one.png", plain_picture(7, 30)); }},
      {"replaced by a rename",
       [](FakeDisk& disk) {
         disk.put("new", plain_picture(7));
         disk.move("new", "in/one.png");
       }},
      {"replaced by an older file",
       [](FakeDisk& disk) {
         disk.put("new", plain_picture(7));
         disk.set_mtime("new", 5);
         disk.move("new", "in/one.png");
       }},
      {"removed", [](FakeDisk& disk) { disk.erase("in/one.png"); }},
      {"no picture any more", [](FakeDisk& disk) { disk.put("in/one.png", "text"); }},
  };
  return k_changes;
}

// The moment: just before the `nth` operation of this kind on this path.
struct Moment {
  std::string name;
  std::string operation;
  std::string path;
  int nth;
};

const std::vector<Moment>& moments() {
  static const std::vector<Moment> k_moments{
      {"between scan and read", "open", "in/one.png", 1},    {"once it is open", "fstat", "in/one.png", 1},
      {"while it is read", "read", "in/one.png", 1},         {"at the end of reading", "fstat", "in/one.png", 2},
      {"between two readings", "open", "in/one.png", 2},     {"while it is read again", "fstat", "in/one.png", 4},
      {"before it is written", "write_new", "", 1},          {"before the rename", "rename", "out/one-a.png", 1},
      {"between two outputs", "rename", "out/one-b.png", 1}, {"before the commit", "sync", "out/one-b.png", 1},
  };
  return k_moments;
}

// What the run had to do when the source changed under it. An hour has passed since the last change.
struct Start {
  std::string name;
  std::function<void(World&)> prepare;
};

const std::vector<Start>& starts() {
  static const auto k_settle = [](World& world) {
    world.disk.tick(World::k_hour);
    world.run();
    world.disk.tick(World::k_hour);
  };
  static const std::vector<Start> k_starts{
      {"new", [](World&) {}},
      {"changed",
       [](World& world) {
         k_settle(world);
         world.disk.put("in/one.png", plain_picture(5));
         world.disk.tick(World::k_hour);
       }},
      {"touched",
       [](World& world) {
         k_settle(world);
         world.disk.touch("in/one.png");
         world.disk.tick(World::k_hour);
       }},
      {"one output missing",
       [](World& world) {
         k_settle(world);
         world.disk.erase("out/one-b.png");
       }},
      {"equal to another",
       [](World& world) {
         k_settle(world);
         world.disk.put("in/one.png", plain_picture(2));
         world.disk.tick(World::k_hour);
       }},
      {"equal to another new one",
       [](World& world) {
         world.disk.put("in/a-first.png", plain_picture(1));
         world.disk.tick(World::k_hour);
       }},
  };
  return k_starts;
}

void change_at(World& world, const Moment& moment, const Change& change, int& seen) {
  world.disk.hook = [&world, &moment, &change, &seen](const std::string& operation, const std::string& path) {
    if (operation != moment.operation || (!moment.path.empty() && path != moment.path)) return;
    if (++seen == moment.nth) change.make(world.disk);
  };
}

void expect_equal_to_clean_build(World& world) {
  const auto clean = without_past(world);
  clean->run();
  const auto now = outputs(world);
  for (const auto& [path, bytes] : outputs(*clean)) {
    EXPECT_TRUE(now.contains(path)) << path;
    if (now.contains(path)) {
      EXPECT_EQ(now.at(path), bytes) << path;
    }
  }
}

void race(const Start& start, const Moment& moment, const Change& change) {
  World world;
  world.disk.put("in/one.png", plain_picture(1));
  world.disk.put("in/two.png", plain_picture(2));
  world.disk.tick(World::k_hour);
  start.prepare(world);
  int seen = 0;
  change_at(world, moment, change, seen);
  run_with(world, *world.cache, 1);
  world.disk.hook = nullptr;
  EXPECT_THAT(temporaries(world), IsEmpty());

  world.disk.tick(World::k_hour);
  world.run();
  expect_equal_to_clean_build(world);
  world.disk.tick(World::k_hour);
  const Report settled = world.run();
  EXPECT_EQ(settled.summary.built + settled.summary.copied, 0U);
  EXPECT_THAT(world.disk.writes(), IsEmpty());
}

TEST(Races, ASourceThatChangesUnderARunIsFoundByTheNext) {
  for (const Start& start : starts())
    for (const Moment& moment : moments())
      for (const Change& change : changes()) {
        SCOPED_TRACE(start.name + ", " + moment.name + ", " + change.name);
        race(start, moment, change);
      }
}

// The worst case: equal size, and the clock so coarse that the times are equal too.
TEST(Races, AChangeWithinTheSameTickIsFoundByTheNext) {
  for (const Moment& moment : moments()) {
    SCOPED_TRACE(moment.name);
    World world;
    world.disk.put("in/one.png", plain_picture(1));  // now, and time stands still
    const Change unnoticed{"", [](FakeDisk& disk) { disk.put_unnoticed("in/one.png", plain_picture(7)); }};
    int seen = 0;
    change_at(world, moment, unnoticed, seen);
    run_with(world, *world.cache, 1);
    world.disk.hook = nullptr;
    world.disk.tick(World::k_hour);
    world.run();
    expect_equal_to_clean_build(world);
  }
}

TEST(Races, ASourceThatKeepsChangingFailsAndIsTriedAgain) {
  World world;
  world.disk.put("in/one.png", plain_picture(1));
  world.disk.tick(World::k_hour);
  int seed = 1;
  world.disk.hook = [&](const std::string& operation, const std::string& path) {
    if (operation != "read" || path != "in/one.png") return;
    world.disk.tick(1);
    world.disk.put(path, plain_picture(++seed));
  };
  const Report report = world.run();
  world.disk.hook = nullptr;
  EXPECT_THAT(lines(report), ElementsAre("out/one-a.png: failed new", "out/one-b.png: failed new"));
  ASSERT_TRUE(report.items.at(0).error);
  EXPECT_EQ(report.items[0].error->code, ErrorCode::changed_while_read);
  EXPECT_FALSE(report.ok());
  world.disk.tick(World::k_hour);
  EXPECT_THAT(lines(world.run()), ElementsAre("out/one-a.png: built retry", "out/one-b.png: built retry"));
  expect_equal_to_clean_build(world);
}

// Somebody else writes at an output's path while we are at work: the last rename wins, and the row tells the truth.
TEST(Races, AnOutputThatIsWrittenByOthersMeanwhileIsFoundByTheNext) {
  for (const std::string_view operation : {"write_new", "sync"}) {
    SCOPED_TRACE(operation);
    World world;
    world.disk.put("in/one.png", plain_picture(1));
    world.disk.tick(World::k_hour);
    bool done = false;
    world.disk.hook = [&](const std::string& what, const std::string&) {
      if (what != operation || done) return;
      done = true;
      world.disk.tick(1);
      world.disk.put("out/one-a.png", "somebody wrote here");
    };
    run_with(world, *world.cache, 1);
    world.disk.hook = nullptr;
    world.disk.tick(World::k_hour);
    world.run();
    expect_equal_to_clean_build(world);
  }
}

}  // namespace
}  // namespace thumbs
