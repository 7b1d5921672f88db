// Cache, lock and disk against one another: each way in which two of them may differ is named.
#include "engine/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "engine/lockfile_world.h"

namespace thumbs {
namespace {

std::vector<std::string> differences(const LockfileWorld& world) {
  const cache::Records rows = world.cache->load().rows;
  const cache::Records lines = lockfile::parse_lockfile(world.lockfile(), "thumbs.lock");
  return engine::find_differences(world.disk, rows, &lines);
}

// Replaces the `nth` field of the lock's first line.
void set_field(LockfileWorld& world, std::size_t nth, const std::string& value) {
  std::string text = world.lockfile();
  std::size_t begin = 0;
  for (; nth > 0; --nth) begin = text.find('\t', begin) + 1;
  world.set_lockfile(text.replace(begin, text.find_first_of("\t\n", begin) - begin, value));
}

TEST(Verify, NamesEachDifference) {
  const std::string other = "xxh3-128:00000000000000000000000000000000";
  const struct {
    std::string name;
    std::function<void(LockfileWorld&)> change;
    std::vector<std::string> starts;
  } cases[] = {
      {"nothing", [](LockfileWorld&) {}, {}},
      {"touched", [](LockfileWorld& w) { w.disk.touch("in/one.png"); }, {}},
      {"an output missing", [](LockfileWorld& w) { w.disk.erase("out/one-a.png"); }, {"out/one-a.png: missing"}},
      {"an output changed, and no stat shows it",
       [](LockfileWorld& w) { w.disk.put_unnoticed("out/one-a.png", "x"); },
       {"out/one-a.png: modified since thumbs wrote it: "}},
      {"an output that is a folder",
       [](LockfileWorld& w) {
         w.disk.erase("out/one-a.png");
         w.disk.make_folder("out/one-a.png");
       },
       {"out/one-a.png: not a regular file"}},
      {"a source missing",
       [](LockfileWorld& w) { w.disk.erase("in/one.png"); },
       {"in/one.png: missing, but out/one-a.png was made from it",
        "in/one.png: missing, but out/one-b.png was made from it"}},
      {"a source changed",
       [](LockfileWorld& w) { w.disk.put("in/one.png", "x"); },
       {"in/one.png: changed since out/one-a.png was made: ", "in/one.png: changed since out/one-b.png was made: "}},
      {"a row without its line",
       [](LockfileWorld& w) { w.set_lockfile(w.lockfile().substr(w.lockfile().find('\n') + 1)); },
       {"out/one-"}},
      {"a line without its row",
       [](LockfileWorld& w) {
         cache::Batch batch;
         batch.forget_outputs = {"out/two-a.png"};
         w.cache->commit(batch);
       },
       {"out/two-a.png: in the lockfile, but not in the cache"}},
      {"another output's hash", [&](LockfileWorld& w) { set_field(w, 4, other); }, {"out/one-"}},
      {"another content",
       [&](LockfileWorld& w) { set_field(w, 1, other); },
       {"in/one.png: changed since out/one-", "out/one-"}},
      {"another recipe",
       [&](LockfileWorld& w) { set_field(w, 2, other + "." + other.substr(9)); },
       {"out/one-", "out/one-"}},
      {"another source",
       [](LockfileWorld& w) { set_field(w, 0, "in/two.png"); },
       {"in/two.png: changed since out/one-", "out/one-"}},
      {"no lock at all",
       [](LockfileWorld& w) { w.disk.erase("thumbs.lock"); },
       {"out/one-a.png: in the cache, but not in the lockfile", "out/one-b.png: in", "out/sub/three-a.png: in",
        "out/sub/three-b.png: in", "out/two-a.png: in", "out/two-b.png: in"}},
      {"no cache", [](LockfileWorld& w) { w.forget_cache(); }, {}},
      {"no cache, and an output changed",
       [](LockfileWorld& w) {
         w.forget_cache();
         w.disk.put("out/one-a.png", "x");
       },
       {"out/one-a.png: modified since thumbs wrote it: "}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    LockfileWorld world;
    world.build_first();
    c.change(world);
    const std::vector<std::string> found = differences(world);
    ASSERT_EQ(found.size(), c.starts.size()) << testing::PrintToString(found);
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_THAT(found[i], testing::StartsWith(c.starts[i]));
  }
}

TEST(Verify, WithoutALockfileComparesCacheAndDisk) {
  LockfileWorld world;
  world.build_first();
  const cache::Records rows = world.cache->load().rows;
  EXPECT_THAT(engine::find_differences(world.disk, rows, nullptr), testing::IsEmpty());
  world.disk.erase("out/one-a.png");
  EXPECT_THAT(engine::find_differences(world.disk, rows, nullptr), testing::ElementsAre("out/one-a.png: missing"));
}

TEST(Verify, SaysNothingOfWhatWasNeverMade) {
  LockfileWorld world;
  world.disk.put("in/bad.png", "no picture");
  world.build_first();
  EXPECT_THAT(differences(world), testing::IsEmpty());
}

}  // namespace
}  // namespace thumbs
