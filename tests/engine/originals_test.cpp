// Thumbnails below and beside their originals: a recorded thumbnail is never a source, and no original is overwritten.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/world.h"
#include "lockfile/lockfile.h"

namespace thumbs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Paths = std::vector<std::string>;

// One set over `in` that writes to `output`; a lockfile where one is asked for.
std::string rules(const std::string& output, const std::string& variants, const std::string& path = {},
                  bool lock = false) {
  return R"({)" + std::string(lock ? R"("lock": "thumbs.lock", )" : "") + R"("sets": [{"source": "in", "output": ")" +
         output + "\", " + (path.empty() ? "" : R"("path": ")" + path + "\", ") + R"("variants": [)" + variants +
         "]}]}";
}

const std::string k_a = R"({"name": "a", "width": 16, "format": "png"})";
const std::string k_b = R"({"name": "b", "width": 8, "format": "png"})";

Paths files(const World& world) { return world.disk.files("in"); }

void lose_cache(World& world) { world.cache = cache::Cache::open(":memory:", cache::CacheMode::read_write); }

struct Layout {
  std::string name;
  std::string output;
};

const std::vector<Layout> k_layouts{{"below", "in/thumbs"}, {"beside", "in"}};

// What is done after a build of a.png and b.png by "a", and what must come of a build after it: "thumbnails of
// thumbnails" never, orphans always.
struct Change {
  std::string name;
  std::function<void(World&, const std::string& output)> change;
  std::size_t orphans;
  std::size_t stale;
};

const std::vector<Change>& changes() {
  static const std::vector<Change> k_changes{
      {"nothing", [](World&, const std::string&) {}, 0, 0},
      {"a source is deleted", [](World& world, const std::string&) { world.disk.erase("in/a.png"); }, 1, 0},
      {"a source is renamed", [](World& world, const std::string&) { world.disk.move("in/a.png", "in/c.png"); }, 1, 1},
      {"the variant is renamed",
       [](World& world, const std::string& output) {
         world.set_manifest(rules(output, R"({"name": "z", "width": 16, "format": "png"})"));
       },
       2, 2},
      {"the variant is replaced by another",
       [](World& world, const std::string& output) { world.set_manifest(rules(output, k_b)); }, 2, 2},
      {"the template changes",
       [](World& world, const std::string& output) {
         world.set_manifest(rules(output, k_a, "{variant}/{dir}/{stem}.{ext}"));
       },
       2, 2},
      {"the template names the content",
       [](World& world, const std::string& output) { world.set_manifest(rules(output, k_a, "{stem}.{hash}.{ext}")); },
       2, 2},
      {"the output folder changes",
       [](World& world, const std::string&) { world.set_manifest(rules("in/elsewhere", k_a)); }, 2, 2},
      {"the output folder moves out", [](World& world, const std::string&) { world.set_manifest(rules("out", k_a)); },
       2, 2},
      {"the thumbnails are touched, and a source is deleted",
       [](World& world, const std::string& output) {
         world.disk.touch(output + "/a-a.png");
         world.disk.touch(output + "/b-a.png");
         world.disk.erase("in/a.png");
       },
       1, 0},
      {"another set reads the same folder",
       [](World& world, const std::string& output) {
         world.set_manifest(R"({"sets": [{"source": "in", "output": ")" + output + R"(", "variants": [)" + k_a +
                            R"(]}, {"source": "in", "output": "second", "variants": [)" + k_b + "]}]}");
       },
       0, 2},
  };
  return k_changes;
}

// The build that every case begins with.
std::unique_ptr<World> built(const std::string& output, bool lock = false) {
  auto world = std::make_unique<World>(rules(output, k_a, {}, lock));
  world->disk.put("in/a.png", picture(1));
  world->disk.put("in/b.png", picture(2, 49));
  world->disk.tick(World::k_hour);
  EXPECT_EQ(world->run().summary.built, 2U);
  world->disk.tick(World::k_hour);
  return world;
}

TEST(Originals, ARecordedThumbnailIsNeverASource) {
  for (const Layout& layout : k_layouts)
    for (const Change& change : changes()) {
      SCOPED_TRACE(layout.name + ": " + change.name);
      const std::unique_ptr<World> world = built(layout.output);
      change.change(*world, layout.output);
      const Summary foretold = world->command(Command::check).summary;
      EXPECT_EQ(foretold.orphans, change.orphans);
      EXPECT_EQ(foretold.stale, change.stale);
      Options prune;
      prune.prune = true;
      const Report report = world->run(prune);
      EXPECT_TRUE(report.ok());
      EXPECT_EQ(report.summary.pruned, change.orphans);
      EXPECT_EQ(report.summary.built + report.summary.copied, change.stale);
      for (int settled = 0; settled < 2; ++settled) {
        world->disk.tick(World::k_hour);
        EXPECT_THAT(lines(world->run()), IsEmpty());
      }
      EXPECT_THAT(world->disk.reads(), IsEmpty());
    }
}

TEST(Originals, TheLockfileTellsAThumbnailWhereThereIsNoCache) {
  for (const Layout& layout : k_layouts) {
    SCOPED_TRACE(layout.name);
    const std::unique_ptr<World> world = built(layout.output, true);
    lose_cache(*world);
    world->disk.erase("in/a.png");
    const Report report = world->command(Command::check);
    EXPECT_EQ(report.summary.orphans, 1U);
    EXPECT_EQ(report.summary.stale, 0U);
    EXPECT_EQ(report.summary.hashed, 3U) << "a source and two thumbnails, each once";
    EXPECT_EQ(world->command(Command::prune).summary.pruned, 1U);
    EXPECT_FALSE(world->disk.exists(layout.output + "/a-a.png"));
  }
}

TEST(Originals, WhatSomebodyPutInAThumbnailsPlaceIsASource) {
  const std::unique_ptr<World> world = built("in/thumbs");
  world->disk.erase("in/a.png");
  world->disk.put("in/thumbs/a-a.png", picture(7, 60));
  const Report report = world->run();
  EXPECT_THAT(lines(report), ElementsAre("in/thumbs/thumbs/a-a-a.png: built new"));
  EXPECT_EQ(world->command(Command::prune).summary.pruned, 0U);
  EXPECT_TRUE(world->disk.exists("in/thumbs/a-a.png"));
}

TEST(Originals, ASelectionForgetsNoThumbnailOutsideOfIt) {
  const std::unique_ptr<World> world = built("in");
  world->disk.erase("in/a.png");
  Options selection;
  selection.paths = {"in/b.png"};
  selection.force = true;
  selection.prune = true;
  EXPECT_THAT(lines(world->run(selection)), ElementsAre("in/b-a.png: built forced"));
  EXPECT_THAT(lines(world->command(Command::check)), ElementsAre("in/a-a.png: orphan orphan"));
}

TEST(Originals, ForceAndVerifyMakeNoThumbnailsOfThumbnails) {
  for (const bool verify : {false, true}) {
    const std::unique_ptr<World> world = built("in");
    world->disk.erase("in/a.png");
    Options options;
    options.force = !verify;
    options.verify = verify;
    const Report report = world->run(options);
    EXPECT_EQ(report.summary.orphans, 1U);
    EXPECT_EQ(report.summary.sources, 1U);
    EXPECT_THAT(files(*world), ElementsAre("in/a-a.png", "in/b-a.png", "in/b.png"));
  }
}

// shoe.png and shoe-a.png are originals, and "a" goes beside them.
std::unique_ptr<World> two_shoes(const std::string& more = "") {
  auto world = std::make_unique<World>(rules("in", k_a + more));
  world->disk.put("in/shoe.png", picture(1));
  world->disk.put("in/shoe-a.png", picture(2, 60));
  world->disk.tick(World::k_hour);
  return world;
}

TEST(Originals, AreNeverOverwritten) {
  const std::unique_ptr<World> world = two_shoes();
  for (const bool force : {false, true, false}) {
    Options options;
    options.force = force;
    const Report report = world->run(options);
    EXPECT_FALSE(report.ok());
    ASSERT_THAT(report.items, SizeIs(1));
    EXPECT_EQ(report.items[0].error->code, ErrorCode::would_overwrite);
    EXPECT_THAT(report.items[0].error->message, HasSubstr("--overwrite"));
    EXPECT_EQ(world->disk.text("in/shoe-a.png"), picture(2, 60));
    EXPECT_THAT(files(*world), ElementsAre("in/shoe-a.png", "in/shoe.png"));
  }
  EXPECT_EQ(world->command(Command::prune).summary.pruned, 0U);
  EXPECT_EQ(world->command(Command::clean).summary.pruned, 0U);
  EXPECT_EQ(world->disk.text("in/shoe-a.png"), picture(2, 60));
}

TEST(Originals, AreReplacedWhereTheUserSaysSo) {
  const std::unique_ptr<World> world = two_shoes();
  EXPECT_EQ(world->run().summary.failed, 1U);
  Options options;
  options.overwrite = true;
  const Report report = world->run(options);
  EXPECT_THAT(lines(report), ElementsAre("in/shoe-a.png: built retry"));
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("in/shoe-a.png")));
  EXPECT_NE(world->disk.text("in/shoe-a.png"), picture(2, 60));
  EXPECT_THAT(lines(world->run()), IsEmpty());
}

TEST(Originals, OneThatComesWhileItsThumbnailIsMadeStays) {
  auto world = std::make_unique<World>(rules("in", k_a));
  world->disk.put("in/shoe.png", picture(1));
  world->disk.tick(World::k_hour);
  world->disk.hook = [&](const std::string& operation, const std::string& path) {
    if (operation == "write_new" && path.starts_with("in/.thumbs-tmp")) world->disk.put("in/shoe-a.png", "an original");
  };
  const Report report = world->run();
  world->disk.hook = nullptr;
  EXPECT_EQ(report.items.at(0).error->code, ErrorCode::would_overwrite);
  EXPECT_EQ(world->disk.text("in/shoe-a.png"), "an original");
  EXPECT_THAT(files(*world), ElementsAre("in/shoe-a.png", "in/shoe.png")) << "and no temporary file";
}

TEST(Originals, ALostCacheCostsTimeAlone) {
  for (const Layout& layout : k_layouts) {
    SCOPED_TRACE(layout.name);
    const std::unique_ptr<World> world = built(layout.output);
    lose_cache(*world);
    const Paths before = files(*world);
    const Report report = world->run();
    EXPECT_TRUE(report.ok());
    EXPECT_EQ(report.summary.built, 2U);
    EXPECT_EQ(report.summary.decoded, 2U);
    EXPECT_EQ(report.summary.bytes_written, 0U);
    EXPECT_THAT(world->disk.writes(), IsEmpty());
    EXPECT_THAT(report.warnings, IsEmpty());
    EXPECT_EQ(files(*world), before);
    EXPECT_THAT(lines(world->run()), IsEmpty());
    world->disk.erase("in/a.png");
    EXPECT_EQ(world->command(Command::prune).summary.pruned, 1U) << "what was adopted is recorded";
  }
}

TEST(Originals, AfterALostCacheAChangedSourcesThumbnailIsKeptAndNamed) {
  const std::unique_ptr<World> world = built("in/thumbs");
  lose_cache(*world);
  world->disk.put("in/a.png", picture(5));
  const Report report = world->run();
  EXPECT_THAT(lines(report), ElementsAre("in/thumbs/a-a.png: failed new", "in/thumbs/b-a.png: built new"));
  Options options;
  options.overwrite = true;
  EXPECT_THAT(lines(world->run(options)), ElementsAre("in/thumbs/a-a.png: built retry"));
}

TEST(Originals, OutsideOfAllSourceFoldersABuildOwnsItsPaths) {
  World world;
  world.add_pictures();
  world.disk.put("out/one-a.png", "somebody's");
  world.disk.put("out/two-a.png", "somebody's");
  const Report check = world.command(Command::check);
  EXPECT_THAT(check.warnings, ElementsAre(HasSubstr("out/one-a.png: thumbs has no record")));
  const Report report = world.run();
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("(and 1 more like it)")));
  EXPECT_NE(world.disk.text("out/one-a.png"), "somebody's");
  EXPECT_THAT(world.run().warnings, IsEmpty());
}

TEST(Originals, AnOutputFolderAboveASourceFolderIsJudgedByThePath) {
  World world(R"({"sets": [{"source": "in", "output": ".", "path": "in/{stem}-{variant}.{ext}", "variants": [)" + k_a +
              "]}]}");
  world.disk.put("in/shoe.png", picture(1));
  world.disk.put("in/shoe-a.png", picture(2, 60));
  world.disk.tick(World::k_hour);
  EXPECT_EQ(world.run().items.at(0).error->code, ErrorCode::would_overwrite);
  EXPECT_EQ(world.disk.text("in/shoe-a.png"), picture(2, 60));
}

TEST(Originals, ALinkedOutputFolderIsASourceFolderAllTheSame) {
  World world(rules("linked", k_a));
  world.disk.put("in/real/b.png", picture(3, 50));
  world.disk.put("in/real/a-a.png", picture(2, 60));
  world.disk.put("in/a.png", picture(1));
  world.disk.make_link("linked", "in/real");
  world.disk.tick(World::k_hour);
  const Report report = world.run();
  EXPECT_EQ(report.summary.failed, 1U);
  EXPECT_EQ(world.disk.text("in/real/a-a.png"), picture(2, 60));
  const Paths before = files(world);
  world.disk.erase("in/real/b.png");
  world.disk.tick(World::k_hour);
  EXPECT_EQ(world.run().summary.orphans, 1U);
  EXPECT_THAT(files(world), SizeIs(before.size() - 1)) << "no thumbnail of a thumbnail by the folder's other name";
}

}  // namespace
}  // namespace thumbs
