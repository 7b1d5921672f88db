// Every operation of a run fails once, in every way; then a clean run must mend all, and the next have nothing to do.
#include "engine/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "disk/atomic_file.h"

namespace thumbs {
namespace {

using testing::IsEmpty;

// A run that something happens to. `prepare` ends where it begins, an hour after the last change.
struct Scenario {
  std::string name;
  std::function<void(World&, cache::Cache&)> prepare;
  Options options;
};

void add_pictures(World& world) {
  world.disk.put("in/one.png", plain_picture(1));
  world.disk.put("in/two.png", plain_picture(2, 21));
  world.disk.put("in/sub/three.png", plain_picture(3, 22));
  world.disk.put("in/sub/twin.png", plain_picture(1));
  world.disk.put("in/notes.txt", "not ours");
  world.disk.put("out/foreign.txt", "not ours");
  world.disk.tick(World::k_hour);
}

// Where the thumbnails go: into a folder of their own, or below their originals.
struct Layout {
  std::string folder;
  std::string manifest;
};

const Layout k_apart{"out", std::string(k_two_variants)};
const Layout k_below{"in/thumbs", R"({"sets": [{"name": "s", "source": "in", "output": "in/thumbs", "variants": [
  {"name": "a", "width": 16, "format": "png"}, {"name": "b", "width": 8, "format": "png"}]}]})"};

void change_pictures(World& world) {
  world.disk.put("in/one.png", plain_picture(9));
  world.disk.move("in/two.png", "in/sub/renamed.png");
  world.disk.erase("in/sub/three.png");
  world.disk.put(world.manifest.sets[0].output + "/sub/twin-a.png", "somebody wrote here");
  world.disk.tick(World::k_hour);
}

Options options_of(Command command, bool prune = false) {
  Options options;
  options.command = command;
  options.prune = prune;
  return options;
}

const std::vector<Scenario>& scenarios() {
  static const auto k_built = [](World& world, cache::Cache& cache) {
    add_pictures(world);
    run_with(world, cache, 1);
    world.disk.tick(World::k_hour);
    change_pictures(world);
  };
  static const std::vector<Scenario> k_scenarios{
      {"first build", [](World& world, cache::Cache&) { add_pictures(world); }, options_of(Command::build)},
      {"incremental build", k_built, options_of(Command::build)},
      {"incremental build that prunes", k_built, options_of(Command::build, true)},
      {"prune",
       [](World& world, cache::Cache& cache) {
         k_built(world, cache);
         run_with(world, cache, 1);
         world.disk.tick(World::k_hour);
       },
       options_of(Command::prune)},
      {"clean", k_built, options_of(Command::clean)},
  };
  return k_scenarios;
}

// A row may be behind the disk, never ahead of it.
void expect_no_false_claims(const World& world, cache::Cache& cache) {
  for (const cache::OutputRecord& row : cache.load().rows.outputs) {
    if (!row.made || row.failed) continue;
    const disk::FileStat stat = world.disk.stat(std::string(row.path), false);
    if (stat.stat_data.size != row.size || stat.stat_data.mtime_ns != row.mtime_ns) continue;
    EXPECT_EQ(hash_text(world.disk.text(std::string(row.path)).value_or("")), row.hash) << row.path;
  }
}

using Files = std::map<std::string, std::string>;

Files outputs_of(const World& world) { return digests(world, world.manifest.sets[0].output); }

// Whoever looks at an output sees its old bytes or its new ones.
void expect_whole(const Files& now, const Files& before, const Files& after) {
  for (const auto& [path, digest] : now) {
    if (is_temporary(path)) continue;
    const auto old = before.find(path);
    const auto made = after.find(path);
    const bool whole =
        (old != before.end() && old->second == digest) || (made != after.end() && made->second == digest);
    EXPECT_TRUE(whole) << path;
  }
}

void expect_mended(World& world, cache::Cache& cache, const Options& options, const Files& expected) {
  world.disk.tick(World::k_hour);
  expect_no_false_claims(world, cache);
  run_with(world, cache, 1, options);
  if (options.command == Command::prune) run_with(world, cache, 1);
  EXPECT_EQ(outputs_of(world), expected);
  EXPECT_THAT(temporaries(world), IsEmpty());
  EXPECT_EQ(world.disk.text("in/notes.txt"), "not ours");
  EXPECT_EQ(world.disk.text("out/foreign.txt"), "not ours");
  if (options.command == Command::clean) return;
  world.disk.tick(World::k_hour);
  const Report again = run_with(world, cache, 1);
  EXPECT_TRUE(again.ok());
  EXPECT_EQ(again.summary.built + again.summary.copied, 0U);
  EXPECT_THAT(world.disk.reads(), IsEmpty());
  EXPECT_THAT(world.disk.writes(), IsEmpty());
}

// Fails operation after operation until the run is through before its turn comes.
void fail_everywhere(const Layout& layout, const Scenario& scenario, Fault fault) {
  World prepared(layout.manifest);
  FragileCache its_cache;
  scenario.prepare(prepared, its_cache);
  const Files before = outputs_of(prepared);
  World undisturbed(prepared);
  FragileCache undisturbed_cache(its_cache);
  run_with(undisturbed, undisturbed_cache, 1, scenario.options);
  const Files expected = outputs_of(undisturbed);
  bool struck = true;
  for (std::uint64_t n = 0; struck && !testing::Test::HasFailure(); ++n) {
    World world(prepared);
    FragileCache cache(its_cache);
    Trouble trouble(fault, n);
    struck = run_troubled(world, cache, scenario.options, trouble, fault);
    SCOPED_TRACE("operation " + std::to_string(n) + ": " + trouble.where());
    expect_whole(outputs_of(world), before, expected);
    if (!is_end(fault)) {
      EXPECT_THAT(temporaries(world), IsEmpty());
    }
    expect_mended(world, cache, scenario.options, expected);
    ASSERT_LT(n, 1000U) << "no end in sight";
  }
}

void fail_every_scenario(Fault fault) {
  for (const Layout* layout : {&k_apart, &k_below})
    for (const Scenario& scenario : scenarios()) {
      SCOPED_TRACE(std::string(to_string(fault)) + " in a " + scenario.name + " into " + layout->folder);
      fail_everywhere(*layout, scenario, fault);
    }
}

TEST(Faults, AnOperationWithoutSpaceIsMendedByTheNextRun) { fail_every_scenario(Fault::no_space); }
TEST(Faults, AnOperationThatFailsIsMendedByTheNextRun) { fail_every_scenario(Fault::io); }
TEST(Faults, AnOperationWithoutAccessIsMendedByTheNextRun) { fail_every_scenario(Fault::no_access); }
TEST(Faults, AKilledRunIsMendedByTheNext) { fail_every_scenario(Fault::killed); }
TEST(Faults, APowerCutThatUndoesNamesIsMendedByTheNextRun) { fail_every_scenario(Fault::names_undone); }
TEST(Faults, APowerCutThatEmptiesFilesIsMendedByTheNextRun) { fail_every_scenario(Fault::bytes_emptied); }
TEST(Faults, APowerCutThatUndoesTheCommitIsMendedByTheNextRun) { fail_every_scenario(Fault::commit_undone); }

TEST(Faults, ACommitThatFailsIsSaidAndMended) {
  World world;
  FragileCache cache;
  add_pictures(world);
  // Nothing else is counted: the first step is the commit.
  Trouble trouble(Fault::no_space, 0);
  cache.trouble = &trouble;
  const Report report = run_with(world, cache, 2);
  EXPECT_FALSE(report.ok());
  EXPECT_THAT(report.errors, testing::SizeIs(1));
  EXPECT_EQ(report.summary.built + report.summary.copied, 8U) << "the outputs themselves are well";
  const Files expected = digests(world);
  cache.trouble = nullptr;
  EXPECT_THAT(cache.load().rows.outputs, IsEmpty());
  expect_mended(world, cache, {}, expected);
}

TEST(Faults, WhatCleanRemovedStaysRemovedAfterAPowerCut) {
  World world;
  add_pictures(world);
  world.run();
  EXPECT_EQ(world.command(Command::clean).summary.pruned, 8U);
  world.disk.lose_unsynced(FakeDisk::Loss::undone);
  EXPECT_THAT(world.disk.files("out"), testing::ElementsAre("out/foreign.txt"));
}

TEST(Faults, OutputsAreOnStableStorageBeforeTheirNamesAndTheirRows) {
  World world;
  add_pictures(world);
  std::mutex mutex;
  std::set<std::string> renamed;
  std::size_t temporaries = 0;
  std::set<std::string> synced;
  world.disk.hook = [&](const std::string& what, const std::string& path) {
    const std::lock_guard lock(mutex);
    if (what == "rename") {
      renamed.insert(path);
      EXPECT_LE(renamed.size(), temporaries) << path;
    } else if (what == "sync" && path.find(disk::k_temporary_prefix) != std::string::npos) {
      ++temporaries;
    } else if (what == "sync") {
      synced.insert(path);
    }
  };
  world.run();
  world.disk.hook = nullptr;
  EXPECT_EQ(temporaries, 8U);
  EXPECT_EQ(synced, renamed);
  const Files expected = digests(world);
  world.disk.lose_unsynced(FakeDisk::Loss::undone);
  EXPECT_EQ(digests(world), expected);
}

}  // namespace
}  // namespace thumbs
