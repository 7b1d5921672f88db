// Orphans, prune, clean, selections: what is removed, and above all what is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_EQ(world.command(Command::check).exit_code, 3);
  const Report report = world.command(Command::prune);
  EXPECT_THAT(lines(report), ElementsAre("out/sub/three-a.png: pruned orphan", "out/sub/three-b.png: pruned orphan"));
  EXPECT_FALSE(world.disk.exists("out/sub")) << "a folder that is left empty goes too";
  EXPECT_TRUE(world.disk.exists("out"));
  EXPECT_THAT(lines(world.run()), IsEmpty());
  EXPECT_THAT(world.cache->load().rows.sources, SizeIs(2));
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
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("out/one-a.png: changed")));
  EXPECT_EQ(world.disk.text("out/one-a.png"), "mine now");
  EXPECT_THAT(world.command(Command::prune).warnings, IsEmpty()) << "named once, then forgotten";
}

TEST(Prune, NeverRemovesWhatIsASourceNow) {
  World world;
  world.add_pictures();
  world.run();
  world.disk.erase("in/one.png");
  world.set_manifest(R"({"sets": [{"source": "in", "output": "elsewhere", "variants": [{"name": "a", "width": 16}]},
      {"source": "out", "output": "third", "variants": [{"name": "a", "width": 16}]}]})");
  world.command(Command::prune);
  EXPECT_TRUE(world.disk.exists("out/one-a.png"));
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
  EXPECT_EQ(report.exit_code, 1);
  EXPECT_THAT(report.errors, ElementsAre(HasSubstr("had sources and has none now")));
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
  EXPECT_EQ(report.exit_code, 1);
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
