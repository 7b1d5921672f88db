// Orphans, prune, clean, selections: what is removed, and above all what is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "engine/world.h"

namespace thumbs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Prune, RemovesOrphansAndForgetsThem) {
  World world;
  world.add_pictures();
  world.run();
  world.disk.erase("in/sub/three.png");
  EXPECT_FALSE(world.command(Command::check).up_to_date());
  const Report report = world.command(Command::prune);
  EXPECT_THAT(lines(report), ElementsAre("out/sub/three-a.png: pruned orphan", "out/sub/three-b.png: pruned orphan"));
  EXPECT_FALSE(world.disk.exists("out/sub")) << "a folder that is left empty goes too";
  EXPECT_TRUE(world.disk.exists("out"));
  EXPECT_THAT(lines(world.run()), IsEmpty());
  EXPECT_THAT(world.cache->load().rows.sources, SizeIs(2));
}

constexpr std::string_view k_deep_output =
    R"({"sets": [{"source": "in", "output": "public/web/out", "variants": [{"name": "a", "width": 16}]}]})";

TEST(Prune, TheFoldersThatABuildMadeGoWithTheLastOfTheirFiles) {
  for (const bool has_public : {false, true}) {
    SCOPED_TRACE(has_public);
    World world(k_deep_output);
    world.add_pictures();
    if (has_public) world.disk.make_folder("public");
    world.run();
    EXPECT_EQ(world.command(Command::clean).summary.pruned, 3U);
    EXPECT_FALSE(world.disk.exists("public/web"));
    EXPECT_EQ(world.disk.exists("public"), has_public);
    EXPECT_TRUE(world.disk.exists("in/sub"));
    EXPECT_EQ(world.cache->made_folders(), std::vector<std::string>());
  }
}

TEST(Prune, AFolderThatWasThereBeforeStays) {
  World world(R"({"sets": [{"source": "in", "output": "in", "include": ["**/*.png"],
      "variants": [{"name": "a", "width": 16}]}, {"source": "in", "output": "out", "include": ["**/*.png"],
      "variants": [{"name": "a", "width": 16}]}]})");
  world.add_pictures();
  world.disk.make_folder("out");
  world.run();
  world.disk.erase("in/sub/three.png");
  EXPECT_EQ(world.command(Command::prune).summary.pruned, 2U);
  EXPECT_TRUE(world.disk.exists("in/sub")) << "the pictures' own folder";
  EXPECT_FALSE(world.disk.exists("out/sub"));
  world.command(Command::clean);
  EXPECT_TRUE(world.disk.exists("out"));
}

TEST(Prune, AFolderThatAnotherSetReadsStays) {
  World world(R"({"sets": [{"source": "in", "output": "mid", "variants": [{"name": "a", "width": 16}]},
      {"source": "mid", "output": "out", "variants": [{"name": "b", "width": 8}]}]})");
  world.add_pictures();
  world.disk.make_folder("mid");
  world.run();
  world.run();
  world.command(Command::clean);
  EXPECT_TRUE(world.disk.exists("mid"));
}

TEST(Prune, KeepsAnOrphanThatSomebodyChanged) {
  World world;
  world.add_pictures();
  world.run();
  world.disk.tick(World::k_hour);
  world.disk.erase("in/one.png");
  world.disk.put("out/one-a.png", "mine now");
  const Report report = world.command(Command::prune);
  EXPECT_THAT(lines(report), ElementsAre("out/one-b.png: pruned orphan"));
  EXPECT_THAT(
      report.warnings,
      ElementsAre(HasSubstr("out/one-a.png: modified since thumbs wrote it: keeping the file, no longer tracking it")));
  EXPECT_EQ(world.disk.text("out/one-a.png"), "mine now");
  EXPECT_THAT(world.command(Command::prune).warnings, IsEmpty()) << "named once, then forgotten";
}

TEST(Prune, NeverRemovesWhatSomebodyMadeASource) {
  World world;
  world.add_pictures();
  world.run();
  world.disk.erase("in/one.png");
  world.set_manifest(R"({"sets": [{"source": "in", "output": "elsewhere", "variants": [{"name": "a", "width": 16}]},
      {"source": "out", "output": "third", "variants": [{"name": "a", "width": 16}]}]})");
  world.disk.put("out/one-a.png", picture(4));
  const Report report = world.command(Command::prune);
  EXPECT_TRUE(world.disk.exists("out/one-a.png"));
  EXPECT_FALSE(world.disk.exists("out/one-b.png")) << "a thumbnail stays one, whatever folder a set reads";
  EXPECT_EQ(report.summary.pruned, 5U);
  EXPECT_THAT(report.warnings, IsEmpty());
}

TEST(Prune, RefusesASetThatLostAllItsSources) {
  World world;
  world.add_pictures();
  world.run();
  const auto before = outputs(world);
  world.disk.erase("in");
  world.disk.make_folder("in");
  EXPECT_THROW(world.command(Command::prune), Error);
  Options build;
  build.prune = true;
  const Report report = world.run(build);
  EXPECT_FALSE(report.ok());
  EXPECT_THAT(report.errors, ElementsAre(HasSubstr("had sources and now has none")));
  EXPECT_EQ(outputs(world), before);
  Options force;
  force.command = Command::prune;
  force.force = true;
  EXPECT_EQ(world.run(force).summary.pruned, 6U);
}

TEST(Prune, NothingBelowAnUnlistableFolderCountsAsDeleted) {
  World world;
  world.add_pictures();
  world.run();
  world.disk.hook = [](const std::string& operation, const std::string& path) {
    if (operation == "list" && path == "in/sub") throw Error(ErrorCode::unreadable, "Permission denied", path, "scan");
  };
  Options prune;
  prune.prune = true;
  const Report report = world.run(prune);
  EXPECT_FALSE(report.ok());
  EXPECT_EQ(report.summary.orphans, 0U);
  EXPECT_TRUE(world.disk.exists("out/sub/three-a.png"));
  world.disk.hook = nullptr;
  EXPECT_THAT(lines(world.run()), IsEmpty()) << "its rows were kept";
}

TEST(Prune, WithBuildWaitsForABuildWithoutFailures) {
  World world;
  world.add_pictures();
  world.run();
  world.disk.erase("in/one.png");
  world.disk.put("in/two.png", "broken");
  Options prune;
  prune.prune = true;
  EXPECT_EQ(world.run(prune).summary.orphans, 2U);
  EXPECT_TRUE(world.disk.exists("out/one-a.png"));
}

TEST(Clean, RemovesWhatIsOursAndKeepsWhatWasChanged) {
  World world;
  world.add_pictures();
  world.run();
  world.disk.tick(World::k_hour);
  world.disk.put("out/one-a.png", "mine now");
  world.disk.put("out/foreign.txt", "x");
  const Report report = world.command(Command::clean);
  EXPECT_EQ(report.summary.pruned, 5U);
  EXPECT_THAT(world.disk.files("out"), ElementsAre("out/foreign.txt", "out/one-a.png"));
  EXPECT_THAT(world.disk.files("in"), SizeIs(3));
}

// Each output of the rules in exactly one of the counts, whatever the command and however it ends.
void expect_sums(const Report& report) {
  const Summary& s = report.summary;
  EXPECT_EQ(s.outputs, 6U);
  const std::uint64_t cleaned = report.command == "clean" ? s.pruned + s.orphans - 2 : 0;  // two are no rule's
  EXPECT_EQ(s.fresh + s.built + s.copied + s.failed + s.stale + cleaned, s.outputs);
  std::uint64_t listed = 0;
  std::set<std::string> names;
  for (const Item& item : report.items) {
    if (item.status != Status::fresh) ++listed;
    EXPECT_TRUE(names.insert(item.output.value_or("?")).second) << *item.output << " twice";
  }
  EXPECT_EQ(listed, s.built + s.copied + s.failed + s.stale + s.orphans + s.pruned);
}

// Six outputs of which one is stale, one broken, and two orphans.
void make_a_mess(World& world) {
  world.add_pictures();
  world.run();
  world.disk.tick(World::k_hour);
  world.disk.move("in/one.png", "in/uno.png");
  world.disk.put("in/two.png", "broken");
  world.disk.erase("out/sub/three-a.png");
  world.disk.tick(World::k_hour);
}

TEST(Summary, CountsEachOutputOnceWhateverTheCommand) {
  for (const Command command : {Command::build, Command::check, Command::status, Command::prune, Command::clean})
    for (int flags = 0; flags < 16; ++flags) {
      SCOPED_TRACE("command " + std::to_string(static_cast<int>(command)) + ", flags " + std::to_string(flags));
      World world;
      make_a_mess(world);
      Options options;
      options.command = command;
      options.dry_run = (flags & 1) != 0;
      options.force = (flags & 2) != 0;
      options.fail_fast = (flags & 4) != 0;
      options.report_fresh = (flags & 8) != 0;
      options.prune = (flags & 2) != 0;
      expect_sums(world.run(options));
    }
}

TEST(Summary, CountsEachOutputOnceWhereverARunIsInterrupted) {
  for (const Command command : {Command::build, Command::prune, Command::clean})
    for (int at = 0;; ++at) {
      SCOPED_TRACE("command " + std::to_string(static_cast<int>(command)) + ", operation " + std::to_string(at));
      World world;
      make_a_mess(world);
      std::atomic<bool> stop = false;
      std::atomic<int> count = 0;
      world.disk.hook = [&](const std::string&, const std::string&) {
        if (count++ == at) stop = true;
      };
      Options options;
      options.command = command;
      options.stop = &stop;
      const Report report = world.run(options);
      if (!stop) break;
      EXPECT_TRUE(report.interrupted);
      if (report.summary.outputs == 0) {  // before it was known which there are
        EXPECT_THAT(report.items, IsEmpty());
        EXPECT_THAT(world.disk.writes(), IsEmpty());
        continue;
      }
      expect_sums(report);
      if (command == Command::prune) {
        EXPECT_EQ(report.summary.pruned + report.summary.orphans, 2U);
      }
      if (HasFailure()) return;
    }
}

TEST(Summary, WhatCleanRemovedIsPrunedAndNothingElse) {
  World world;
  world.add_pictures();
  world.run();
  const Summary s = world.command(Command::clean).summary;
  EXPECT_EQ(s.outputs, 6U);
  EXPECT_EQ(s.pruned, 6U);
  EXPECT_EQ(s.fresh + s.stale + s.orphans, 0U);
}

TEST(Selection, NarrowsABuildToItsSources) {
  World world;
  world.add_pictures();
  Options options;
  options.paths = {"in/sub"};
  const Report report = world.run(options);
  EXPECT_THAT(lines(report), ElementsAre("out/sub/three-a.png: built new", "out/sub/three-b.png: built new"));
  EXPECT_EQ(report.summary.sources, 1U);
  options.paths = {"in/t*.png"};
  EXPECT_EQ(world.run(options).summary.built, 2U);
  EXPECT_EQ(world.run().summary.built, 2U);
}

TEST(Selection, NeverForgetsOutsideOfIt) {
  World world;
  world.add_pictures();
  world.run();
  world.disk.erase("in/one.png");
  Options options;
  options.paths = {"in/two.png"};
  options.prune = true;
  EXPECT_THAT(lines(world.run(options)), IsEmpty());
  EXPECT_EQ(world.run().summary.orphans, 2U);
}

TEST(Selection, OfNothingIsAnError) {
  World world;
  world.add_pictures();
  for (const Command command : {Command::build, Command::check, Command::explain, Command::prune}) {
    Options options;
    options.command = command;
    options.paths = {"in/one.png", "in/typo.png"};
    EXPECT_THROW(world.run(options), Error);
  }
  EXPECT_THAT(world.disk.writes(), IsEmpty());
}

TEST(Selection, ExplainAndPruneKnowOutputsAndOrphans) {
  World world;
  world.add_pictures();
  world.run();
  world.disk.erase("in/one.png");
  Options options;
  options.command = Command::prune;
  options.paths = {"out/one-a.png"};
  EXPECT_THAT(lines(world.run(options)), ElementsAre("out/one-a.png: pruned orphan"));
  options.command = Command::explain;
  options.paths = {"out/two-a.png"};
  EXPECT_NO_THROW(world.run(options));
}

}  // namespace
}  // namespace thumbs
