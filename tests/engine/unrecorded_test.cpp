// prune --unrecorded: what it names, what it removes, and above all what it leaves alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "engine/world.h"

namespace thumbs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Paths = std::vector<std::string>;

Options unrecorded(bool remove, Paths paths = {}) {
  Options options;
  options.command = Command::prune;
  options.unrecorded = remove ? OnUnrecorded::remove : OnUnrecorded::report;
  options.paths = std::move(paths);
  return options;
}

Paths paths_of(const Report& report) {
  Paths paths;
  for (const Item& item : report.items)
    if (item.source.empty()) paths.push_back(*item.output);
  return paths;
}

/// A project whose cache was lost, with what a former build left of two sources that are gone.
class LostWorld : public World {
 public:
  LostWorld() {
    add_pictures();
    run();
    disk.erase("in/one.png");
    disk.erase("in/sub");
    cache = cache::Cache::open(":memory:", cache::CacheMode::read_write);
    disk.tick(k_hour);
  }
  static Paths left() { return {"out/one-a.png", "out/one-b.png", "out/sub/three-a.png", "out/sub/three-b.png"}; }
};

TEST(Unrecorded, IsNamedAndRemovedOnlyWithYes) {
  LostWorld world;
  EXPECT_THAT(paths_of(world.command(Command::prune)), IsEmpty());
  const auto before = outputs(world);
  for (const bool yes : {false, true}) {
    Options options = unrecorded(yes);
    options.dry_run = yes;
    const Report named = world.run(options);
    EXPECT_EQ(paths_of(named), LostWorld::left());
    EXPECT_EQ(named.summary.orphans, 4U);
    EXPECT_EQ(named.summary.pruned, 0U);
    EXPECT_TRUE(named.ok());
    EXPECT_EQ(outputs(world), before);
  }
  const Report report = world.run(unrecorded(true));
  EXPECT_EQ(paths_of(report), LostWorld::left());
  EXPECT_EQ(report.summary.pruned, 4U);
  EXPECT_EQ(report.items.front().set, "s");
  EXPECT_EQ(world.disk.files("out"), (Paths{"out/two-a.png", "out/two-b.png"}));
  EXPECT_FALSE(world.disk.exists("out/sub"));
  EXPECT_THAT(paths_of(world.run(unrecorded(true))), IsEmpty());
}

TEST(Unrecorded, IsNothingThatSomethingSpeaksFor) {
  LostWorld world;
  const Paths kept = {"out/.htaccess", "out/.git/config",      "out/clone/.git",         "out/clone/a.png",
                      "out/lock.txt",  "out/report.json",      "out/cache.db.corrupt-1", "out/cache.db-journal",
                      "out/b/b.png",   "out/originals/raw.png"};
  for (const std::string& path : kept) world.disk.put(path, "x" + path);
  world.disk.put("out/report.json", "{\n  \"schema\": 1,\n  \"tool\": \"thumbs\"}");
  world.disk.put("out/lock.txt", "");
  world.disk.put("b.json", R"({"sets": [{"source": "out/originals", "output": "out/b",
      "variants": [{"name": "a", "width": 16}]}]})");
  std::string text(k_two_variants);
  text.insert(1, R"("lock": "out/lock.txt", "cache": "out/cache.db", )");
  world.set_manifest(text);
  world.run(unrecorded(true));
  for (const std::string& path : kept) EXPECT_TRUE(world.disk.exists(path)) << path;
  EXPECT_FALSE(world.disk.exists("out/one-a.png"));
}

TEST(Unrecorded, IsNothingThatARowOrALineKnows) {
  LostWorld world;
  world.run();
  world.disk.erase("in/two.png");
  world.disk.put("in/new.png", picture(9));
  world.run();
  world.disk.put("out/two-b.png", "edited");  // pruning keeps it, and forgets it
  const Report report = world.run(unrecorded(true));
  EXPECT_EQ(paths_of(report), LostWorld::left());
  EXPECT_EQ(world.disk.text("out/two-b.png"), "edited");
  EXPECT_THAT(paths_of(world.run(unrecorded(false))), ElementsAre("out/two-b.png"));
}

TEST(Unrecorded, IsLookedForOutsideOfSourcesAlone) {
  struct Case {
    const char* source;
    const char* output;
    const char* warning;
  };
  const Case cases[] = {
      {"in", "in", "\"in\" is inside a source folder"},
      {"in", "in/thumbs", "\"in/thumbs\" is inside a source folder"},
      {"out/originals", "out", "\"out\" contains a source folder"},
      {"in", ".", "\".\" contains a source folder"},
      {"../pictures", ".", "\".\" contains the manifest"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.output);
    World world(std::string(R"({"sets": [{"source": ")") + c.source + R"(", "output": ")" + c.output +
                R"(", "variants": [{"name": "a", "width": 16}]}]})");
    for (const std::string folder : {"in", "out/originals", "../pictures"})
      world.disk.put(folder + "/p.png", picture(1));
    for (const std::string path : {"in/x.jpg", "in/thumbs/x.jpg", "out/x.jpg", "x.jpg"}) world.disk.put(path, "x");
    const Report report = world.run(unrecorded(true));
    EXPECT_THAT(report.warnings, ElementsAre(HasSubstr(c.warning)));
    for (const std::string path : {"in/x.jpg", "in/thumbs/x.jpg", "out/x.jpg", "x.jpg"})
      EXPECT_TRUE(world.disk.exists(path)) << path;
  }
}

TEST(Unrecorded, StaysWhereLinksGiveAFileTwoNames) {
  LostWorld world;
  world.disk.put("elsewhere/deep/precious.png", "x");
  world.disk.make_link("out/link", "../elsewhere");
  world.disk.make_link("out/file.png", "../elsewhere/deep/precious.png");
  world.disk.make_link("again", "out");
  world.set_manifest(R"({"sets": [{"name": "s", "source": "in", "output": "again", "variants": [
    {"name": "a", "width": 16, "format": "png"}]}, {"name": "t", "source": "in", "output": "out", "variants": [
    {"name": "b", "width": 8, "format": "png"}]}]})");
  world.run(unrecorded(true));
  EXPECT_TRUE(world.disk.exists("elsewhere/deep/precious.png"));
  EXPECT_TRUE(world.disk.exists("out/file.png"));
  EXPECT_TRUE(world.disk.exists("out/two-a.png")) << "a rule makes it by another name";
  EXPECT_TRUE(world.disk.exists("out/two-b.png"));
  EXPECT_FALSE(world.disk.exists("out/one-a.png"));
}

TEST(Unrecorded, MayBeWhatAHiddenSourceMade) {
  LostWorld world;
  world.disk.put("in/dark/four.png", picture(4));
  world.disk.hook = [](const std::string& operation, const std::string& path) {
    if (operation == "list" && path == "in/dark") throw Error(ErrorCode::unreadable, "Permission denied", path);
  };
  const Report report = world.run(unrecorded(true));
  EXPECT_FALSE(report.ok());
  EXPECT_THAT(paths_of(report), IsEmpty());
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("may contain outputs of sources that could not be listed")));
  EXPECT_TRUE(world.disk.exists("out/one-a.png"));
}

TEST(Unrecorded, MayBeWhoseNameIsNotKnown) {
  LostWorld world;
  world.set_manifest(R"({"sets": [{"name": "s", "source": "in", "output": "out", "path": "{stem}-{hash}.{ext}",
      "variants": [{"name": "a", "width": 16, "format": "png"}]}]})");
  world.disk.hook = [](const std::string& operation, const std::string& path) {
    if (operation == "open" && path == "in/two.png") throw Error(ErrorCode::unreadable, "Permission denied", path);
  };
  const Report report = world.run(unrecorded(true));
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("may contain outputs of sources that could not be read")));
  EXPECT_TRUE(world.disk.exists("out/one-a.png"));
}

TEST(Unrecorded, ASetWithoutSourcesRefuses) {
  LostWorld world;
  world.disk.erase("in");
  world.disk.make_folder("in");
  const auto before = outputs(world);
  for (const bool yes : {false, true}) EXPECT_THROW(world.run(unrecorded(yes)), Error);
  EXPECT_EQ(outputs(world), before);
  Options force = unrecorded(true);
  force.force = true;
  EXPECT_EQ(world.run(force).summary.pruned, 6U);
}

TEST(Unrecorded, FollowsASelection) {
  LostWorld world;
  EXPECT_THROW(world.run(unrecorded(true, {"out/nothing.png"})), Error);
  EXPECT_THAT(paths_of(world.run(unrecorded(true, {"out/sub", "out/one-b*"}))),
              ElementsAre("out/one-b.png", "out/sub/three-a.png", "out/sub/three-b.png"));
  EXPECT_TRUE(world.disk.exists("out/one-a.png"));
}

TEST(Unrecorded, AFolderThatCannotBeListedIsAFailure) {
  LostWorld world;
  world.disk.hook = [](const std::string& operation, const std::string& path) {
    if (operation == "list" && path == "out/sub") throw Error(ErrorCode::unreadable, "Permission denied", path);
  };
  const Report report = world.run(unrecorded(true));
  EXPECT_FALSE(report.ok());
  EXPECT_THAT(report.errors, ElementsAre(HasSubstr("out/sub: cannot be listed")));
  EXPECT_EQ(report.summary.pruned, 2U);
}

TEST(Unrecorded, WhatIsTouchedMeanwhileStays) {
  LostWorld world;
  world.disk.hook = [&](const std::string& operation, const std::string& path) {
    if (operation == "remove" && path == "out/one-a.png") world.disk.put("out/one-b.png", "mine");
  };
  const Report report = world.run(unrecorded(true));
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("out/one-b.png: modified during the run")));
  EXPECT_EQ(world.disk.text("out/one-b.png"), "mine");
}

TEST(Unrecorded, AnInterruptEndsIt) {
  LostWorld world;
  std::atomic<bool> stop = false;
  world.disk.hook = [&](const std::string& operation, const std::string&) {
    if (operation == "remove") stop = true;
  };
  Options options = unrecorded(true);
  options.stop = &stop;
  const Report report = world.run(options);
  EXPECT_EQ(report.summary.pruned, 1U);
  EXPECT_TRUE(report.interrupted);
}

}  // namespace
}  // namespace thumbs
