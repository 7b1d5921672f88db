// What a build keeps of the thumbnails that it replaces, and what the gallery finds of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "thumbs/error.h"
#include "world.h"

namespace thumbs {
namespace {

using testing::Each;

using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::string_view k_other_width =
    R"({"sets": [{"name": "s", "source": "in", "output": "out", "variants": [
  {"name": "a", "width": 12, "format": "png"}, {"name": "b", "width": 8, "format": "png"}]}]})";

const std::string k_before = ".thumbs/before";

// A built project, as on a real disk with the cache's folder.
struct Before : testing::Test {
  Before() {
    world.add_pictures();
    world.disk.make_folder(".thumbs");
    world.command(Command::build);
    world.disk.tick(World::k_hour);
  }

  std::vector<std::string> kept() const { return world.disk.files(k_before); }

  static const Item& item_of(const Report& report, const std::string& output) {
    const auto found = std::ranges::find_if(report.items, [&](const Item& item) { return item.output == output; });
    if (found == report.items.end()) throw std::runtime_error("no item of " + output);
    return *found;
  }

  World world;
};

TEST_F(Before, AFirstBuildKeepsNothing) { EXPECT_FALSE(world.disk.exists(k_before)); }

TEST_F(Before, TheGalleryShowsEveryThumbnailAndChangesNothing) {
  const std::vector<std::string> files = world.disk.files();
  const Report report = world.command(Command::gallery);
  EXPECT_EQ(report.command, "gallery");
  ASSERT_THAT(report.items, SizeIs(6));
  for (const Item& item : report.items) {
    ASSERT_TRUE(item.pictures && item.pictures->now) << *item.output;
    EXPECT_EQ(item.pictures->now->path, *item.output);
    EXPECT_EQ(item.pictures->now->width, item.variant == "a" ? 16 : 8);
    EXPECT_EQ(item.pictures->now->bytes, world.disk.text(*item.output)->size());
    EXPECT_FALSE(item.pictures->before);
  }
  EXPECT_EQ(world.disk.files(), files);
  EXPECT_THAT(world.disk.writes(), IsEmpty());
}

TEST_F(Before, AReplacedThumbnailIsKeptAndFound) {
  const std::string old = *world.disk.text("out/one-a.png");
  world.set_manifest(k_other_width);
  world.command(Command::build);
  EXPECT_THAT(kept(), SizeIs(3));  // of the changed variant alone
  const Report report = world.command(Command::gallery);
  const Item& item = item_of(report, "out/one-a.png");
  ASSERT_TRUE(item.pictures->before);
  EXPECT_THAT(item.pictures->before->path, StartsWith(k_before + "/"));
  EXPECT_EQ(world.disk.text(item.pictures->before->path), old);
  EXPECT_EQ(item.pictures->before->width, 16);
  EXPECT_EQ(item.pictures->now->width, 12);
  EXPECT_FALSE(item_of(report, "out/one-b.png").pictures->before);
}

TEST_F(Before, WhatComesOutTheSameIsNotKept) {
  Options options;
  options.force = true;
  EXPECT_EQ(world.run(options).summary.built, 6U);
  EXPECT_FALSE(world.disk.exists(k_before));
}

TEST_F(Before, WhatSomebodyModifiedIsNotKept) {
  world.disk.put("out/one-a.png", "somebody's");
  EXPECT_EQ(world.command(Command::build).summary.built, 1U);
  EXPECT_FALSE(world.disk.exists(k_before));
}

TEST_F(Before, TheNextBuildThatReplacesSomethingStartsAnew) {
  world.set_manifest(k_other_width);
  world.command(Command::build);
  world.command(Command::build);
  EXPECT_THAT(kept(), SizeIs(3)) << "a build without work";
  world.disk.tick(World::k_hour);
  world.disk.put("in/one.png", picture(9));
  world.disk.tick(World::k_hour);
  world.command(Command::build);
  EXPECT_THAT(kept(), SizeIs(2));
}

TEST_F(Before, ABuildWithoutWorkDoesNotLookForThem) {
  world.set_manifest(k_other_width);
  world.command(Command::build);
  world.command(Command::build);
  EXPECT_THAT(world.disk.lists(), Each(testing::Not(StartsWith(".thumbs"))));
  EXPECT_THAT(world.disk.stats(), Each(testing::Not(StartsWith(".thumbs"))));
}

TEST_F(Before, AKillBetweenLinkAndRenameLeavesNoFalseBefore) {
  world.set_manifest(k_other_width);
  world.disk.hook = [](const std::string& operation, const std::string& path) {
    if (operation == "rename" && path.starts_with("out/")) throw Error(ErrorCode::io, "killed", path, "write");
  };
  world.command(Command::build);
  world.disk.hook = {};
  EXPECT_THAT(kept(), SizeIs(3));
  for (const Item& item : world.command(Command::gallery).items) EXPECT_FALSE(item.pictures->before) << *item.output;
}

TEST_F(Before, WithoutHardLinksABuildIsTheSame) {
  world.set_manifest(k_other_width);
  world.disk.hook = [](const std::string& operation, const std::string& path) {
    if (operation == "link") throw Error(ErrorCode::unwritable, "not supported", path, "write");
  };
  const Report report = world.command(Command::build);
  EXPECT_EQ(report.summary.built, 3U);
  EXPECT_THAT(report.warnings, IsEmpty());
  EXPECT_THAT(report.errors, IsEmpty());
}

// A cache that has no folder of its own keeps none: they would be published, or be somebody's.
TEST(BeforeFolder, IsTheCachesOwn) {
  struct Case {
    const char* description;
    const char* top;
    bool keeps;
  };
  const Case cases[] = {
      {"by default", "", true},
      {"beside the manifest", R"("cache": "cache.db",)", false},
      {"above the outputs", R"("cache": "out/cache.db",)", false},
      {"with the lockfile", R"("cache": "state/cache.db", "lock": "state/thumbs.lock",)", false},
      {"elsewhere", R"("cache": "state/cache.db",)", true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    const auto manifest = [&](int width) {
      return std::string("{") + c.top +
             R"("sets": [{"source": "in", "output": "out/t", "variants": [{"name": "a", "width": )" +
             std::to_string(width) + R"(, "format": "png"}]}]})";
    };
    World world(manifest(16));
    world.add_pictures();
    for (const char* const folder : {".thumbs", "out", "state"}) world.disk.make_folder(folder);
    world.command(Command::build);
    world.set_manifest(manifest(12));
    world.command(Command::build);
    const std::vector<std::string> files = world.disk.files();
    EXPECT_EQ(std::ranges::any_of(files, [](const auto& f) { return f.find("before/") != std::string::npos; }),
              c.keeps);
  }
}

// Patterns may name dot folders, and a cache may lie where the sources do.
TEST(BeforeFolder, NeitherItNorGalleriesAreSources) {
  const auto manifest = [](int width) {
    return R"({"cache": "in/state/cache.db", "sets": [{"source": "in", "include": ["**"], "output": "out",
               "variants": [{"name": "a", "width": )" +
           std::to_string(width) + R"(, "format": "png"}]}]})";
  };
  World world(manifest(16));
  world.add_pictures();
  world.disk.make_folder("in/state");
  world.disk.put("in/state/before/mine.png", picture(7));
  world.disk.put("in/look/index.html",
                 "<!doctype html>\n<html lang=\"en\">\n<meta name=\"generator\" content=\"thumbs gallery\">\n");
  world.disk.tick(World::k_hour);
  EXPECT_EQ(world.command(Command::build).summary.sources, 4U);
  world.set_manifest(manifest(12));
  EXPECT_EQ(world.command(Command::build).summary.built, 4U);
  EXPECT_THAT(world.disk.files("in/state/before"), SizeIs(5));
  world.disk.tick(World::k_hour);
  const Summary again = world.command(Command::build).summary;
  EXPECT_EQ(again.sources, 4U);
  EXPECT_EQ(again.built, 0U);
}

}  // namespace
}  // namespace thumbs
