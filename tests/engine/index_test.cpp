// The index file: the same bytes by every way of getting there, and as little decoded for it as can be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/world.h"

namespace thumbs {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view k_indexed =
    R"({"lock": "thumbs.lock", "index": "web/index.json", "sets": [{"name": "s", "source": "in", "output": "out",
  "variants": [{"name": "a", "width": 16, "format": "png"}, {"name": "b", "width": 8, "format": "png"}]}]})";

class IndexedWorld : public World {
 public:
  IndexedWorld() : World(k_indexed) {}

  void build_first() {
    add_pictures();
    run();
    disk.tick(k_hour);
  }
  void forget_cache() { cache = cache::Cache::open(":memory:", cache::CacheMode::read_write); }
  std::string text() const { return disk.text("web/index.json").value_or("(none)"); }
  json index() const { return json::parse(text()); }
  void edit(std::string_view from, std::string_view to) {
    std::string changed(k_indexed);
    changed.replace(changed.find(from), from.size(), to);
    set_manifest(changed);
  }
  std::vector<std::string> keys() const {
    std::vector<std::string> found;
    const json document = index();
    for (const auto& [key, value] : document.items()) found.push_back(key);
    return found;
  }
};

/// What a build from nothing writes for the same pictures.
std::string built_anew(const IndexedWorld& world) {
  IndexedWorld clean;
  clean.manifest = world.manifest;
  for (const std::string& path : world.disk.files("in")) clean.disk.put(path, *world.disk.text(path));
  clean.disk.tick(World::k_hour);
  clean.run();
  return clean.text();
}

TEST(Index, IsWrittenWithAllThatAPageNeeds) {
  IndexedWorld world;
  world.add_pictures();
  const Report report = world.run();
  EXPECT_EQ(report.summary.decoded, 3U) << "no decode beside those of the outputs";
  ASSERT_TRUE(report.index);
  EXPECT_EQ(report.index->status, Status::built);
  EXPECT_EQ(report.index->decoded, 0U);
  EXPECT_THAT(world.keys(), ElementsAre("in/one.png", "in/sub/three.png", "in/two.png"));
  const json one = world.index()["in/two.png"];
  EXPECT_EQ(one["width"], 49);
  EXPECT_EQ(one["height"], 32);
  EXPECT_EQ(one["variants"]["a"]["path"], "out/two-a.png");
  EXPECT_EQ(one["variants"]["b"]["width"], 8);
  EXPECT_EQ(one["variants"]["b"]["bytes"], world.disk.text("out/two-b.png")->size());
  EXPECT_EQ(one["variants"]["b"]["hash"], hash_text(*world.disk.text("out/two-b.png")).hex());
  EXPECT_EQ(one["dominantColour"].get<std::string>().size(), 7U);
  EXPECT_GE(one["thumbhash"].get<std::string>().size(), 20U);
}

struct Way {
  std::string name;
  std::function<void(IndexedWorld&)> go;
  std::uint64_t decoded;  ///< by the last run
};

// Each starts from a project that is built, an hour later, and ends with a run.
const std::vector<Way>& ways() {
  const auto options = [](const std::function<void(Options&)>& set) {
    Options given;
    set(given);
    return given;
  };
  static const std::vector<Way> k_ways{
      {"nothing to do", [](IndexedWorld&) {}, 0},
      {"the index deleted", [](IndexedWorld& w) { w.disk.remove("web/index.json"); }, 0},
      {"the index emptied", [](IndexedWorld& w) { w.disk.put("web/index.json", ""); }, 0},
      {"another file in its place", [](IndexedWorld& w) { w.disk.put("web/index.json", "{\"a\": 1}"); }, 0},
      {"an entry lost", [](IndexedWorld& w) { w.disk.put("web/index.json", "{}"); }, 0},
      {"the lockfile and the index alone", [](IndexedWorld& w) { w.forget_cache(); }, 0},
      {"the lockfile alone",
       [](IndexedWorld& w) {
         w.forget_cache();
         w.disk.remove("web/index.json");
       },
       3},
      {"outputs deleted", [](IndexedWorld& w) { w.disk.remove("out/one-a.png"); }, 1},
      {"a source touched", [](IndexedWorld& w) { w.disk.touch("in/one.png"); }, 0},
      {"a source that came", [](IndexedWorld& w) { w.disk.put("in/four.png", picture(4, 60)); }, 1},
      {"a source copied", [](IndexedWorld& w) { w.disk.put("in/copy.png", *w.disk.text("in/one.png")); }, 0},
      {"a source changed", [](IndexedWorld& w) { w.disk.put("in/one.png", picture(9, 70)); }, 1},
      {"a source deleted", [](IndexedWorld& w) { w.disk.remove("in/one.png"); }, 0},
      {"a source renamed",
       [](IndexedWorld& w) {
         w.disk.put("in/other.png", *w.disk.text("in/one.png"));
         w.disk.remove("in/one.png");
       },
       0},
      {"a setting changed", [](IndexedWorld& w) { w.edit("\"width\": 8", "\"width\": 9"); }, 3},
      {"a variant added",
       [](IndexedWorld& w) { w.edit("{\"name\": \"b\"", "{\"name\": \"c\", \"width\": 4}, {\"name\": \"b\""); }, 3},
      {"a variant removed",
       [](IndexedWorld& w) { w.edit(", {\"name\": \"b\", \"width\": 8, \"format\": \"png\"}", ""); }, 0},
      {"URLs elsewhere", [](IndexedWorld& w) { w.edit("\"sets\"", "\"urlBase\": \"/x\", \"sets\""); }, 0},
      {"the index was not asked for until now",
       [](IndexedWorld& w) {
         w.disk.remove("web/index.json");
         w.forget_cache();
         w.disk.remove("thumbs.lock");
         w.edit("\"index\": \"web/index.json\", ", "");
         w.run();
         w.disk.tick(World::k_hour);
         w.edit("x", "x");
       },
       3},
      {"parts, one after the other",
       [options](IndexedWorld& w) {
         w.disk.put("in/one.png", picture(9, 70));
         w.disk.put("in/two.png", picture(8, 71));
         w.run(options([](Options& o) { o.paths = {"in/two.png"}; }));
       },
       1},
      {"everything made again", [options](IndexedWorld& w) { w.run(options([](Options& o) { o.force = true; })); }, 0},
  };
  return k_ways;
}

TEST(Index, IsTheSameByEveryWay) {
  for (const Way& way : ways()) {
    SCOPED_TRACE(way.name);
    IndexedWorld world;
    world.build_first();
    way.go(world);
    const Report report = world.run();
    EXPECT_THAT(report.errors, IsEmpty());
    EXPECT_EQ(report.summary.decoded, way.decoded);
    EXPECT_EQ(world.text(), built_anew(world));
    world.disk.tick(World::k_hour);
    const Report again = world.run();
    EXPECT_EQ(again.index->status, Status::fresh);
    EXPECT_EQ(again.summary.decoded, 0U);
    EXPECT_EQ(again.summary.bytes_written, 0U);
  }
}

TEST(Index, IsNotWrittenAgainWhereNothingChanged) {
  IndexedWorld world;
  world.build_first();
  const auto before = world.disk.stat("web/index.json", false).stat_data;
  world.run();
  EXPECT_EQ(world.disk.stat("web/index.json", false).stat_data, before);
}

TEST(Index, SourcesThatAreDecodedForItKeepTheirOutputs) {
  IndexedWorld world;
  world.build_first();
  world.forget_cache();
  world.disk.remove("web/index.json");
  Options options;
  options.report_fresh = true;
  const Report report = world.run(options);
  EXPECT_EQ(report.index->decoded, 3U);
  EXPECT_EQ(report.summary.fresh, 6U);
  EXPECT_THAT(lines(report), Contains("out/one-a.png: fresh index"));
}

TEST(Index, OneDecodeServesEqualSources) {
  IndexedWorld world;
  world.build_first();
  world.disk.put("in/copy.png", *world.disk.text("in/one.png"));
  world.run();
  world.disk.tick(World::k_hour);
  world.forget_cache();
  world.disk.remove("web/index.json");
  EXPECT_EQ(world.run().summary.decoded, 3U);
}

TEST(Index, CheckSaysWhatABuildWouldWrite) {
  IndexedWorld world;
  world.build_first();
  EXPECT_TRUE(world.command(Command::check).up_to_date());
  const std::string good = world.text();
  for (const char* other : {"", "{}", "{\"a\": 1}"}) {
    world.disk.put("web/index.json", other);
    for (const Command command : {Command::check, Command::status}) {
      const Report report = world.command(command);
      EXPECT_FALSE(report.up_to_date());
      EXPECT_EQ(report.index->status, Status::stale);
      EXPECT_EQ(report.summary.stale, 0U);
    }
    EXPECT_EQ(world.text(), other) << "nothing was written";
  }
  world.disk.remove("web/index.json");
  Options dry;
  dry.dry_run = true;
  EXPECT_EQ(world.run(dry).index->status, Status::stale);
  EXPECT_FALSE(world.disk.text("web/index.json"));
  world.disk.put("web/index.json", good);
  EXPECT_TRUE(world.command(Command::check).up_to_date());
}

TEST(Index, ASelectionKeepsTheOtherEntries) {
  IndexedWorld world;
  world.build_first();
  json before = world.index();
  world.disk.put("in/one.png", picture(9, 70));
  world.disk.put("in/two.png", picture(8, 71));
  world.disk.remove("in/sub/three.png");
  Options options;
  options.paths = {"in/two.png"};
  world.run(options);
  const json after = world.index();
  EXPECT_EQ(after["in/one.png"], before["in/one.png"]);
  EXPECT_EQ(after["in/sub/three.png"], before["in/sub/three.png"]);
  EXPECT_EQ(after["in/two.png"]["width"], 71);
}

TEST(Index, AFailureKeepsWhatIsKnownOfTheOldThumbnails) {
  IndexedWorld world;
  world.build_first();
  const json before = world.index();
  world.disk.put("in/one.png", "no picture any more");
  world.disk.put("in/five.png", "never was one");
  const Report report = world.run();
  EXPECT_EQ(report.summary.failed, 4U);
  EXPECT_EQ(world.index(), before);
  EXPECT_EQ(report.index->status, Status::fresh);
}

TEST(Index, AnInterruptLeavesItAlone) {
  IndexedWorld world;
  world.build_first();
  const std::string before = world.text();
  world.disk.put("in/one.png", picture(9, 70));
  std::atomic<bool> stop = true;
  Options options;
  options.stop = &stop;
  world.run(options);
  EXPECT_EQ(world.text(), before);
}

TEST(Index, ThatCannotBeWrittenIsNamedAndFailsTheRun) {
  IndexedWorld world;
  world.add_pictures();
  world.disk.put("web", "a file where the folder should be");
  const Report report = world.run();
  EXPECT_FALSE(report.ok());
  EXPECT_EQ(report.index->status, Status::failed);
  EXPECT_THAT(report.errors, ElementsAre(HasSubstr("web/index.json: index: ")));
  EXPECT_EQ(report.summary.built, 6U);
}

TEST(Index, WhatMayBeSomebodysIsRefused) {
  const std::function<void(IndexedWorld&)> cases[] = {
      [](IndexedWorld& w) { w.disk.make_folder("web/index.json"); },
      [](IndexedWorld& w) { w.disk.put("web/index.json", "my notes"); },
      [](IndexedWorld& w) { w.edit("web/index.json", "in/one.png"); },
      [](IndexedWorld& w) { w.edit("web/index.json", "out/one-a.png"); },
  };
  for (const auto& change : cases) {
    IndexedWorld world;
    world.add_pictures();
    change(world);
    EXPECT_THROW(world.run(), ManifestError);
    EXPECT_FALSE(world.disk.text("out/one-a.png"));
  }
}

TEST(Index, PruneDropsLinesAndCleanTheFile) {
  IndexedWorld world;
  world.build_first();
  world.disk.remove("in/one.png");
  world.command(Command::prune);
  EXPECT_THAT(world.keys(), ElementsAre("in/sub/three.png", "in/two.png"));
  world.command(Command::clean);
  EXPECT_FALSE(world.disk.text("web/index.json"));
}

TEST(Index, CleanKeepsAFileThatIsNoIndex) {
  IndexedWorld world;
  world.build_first();
  world.disk.put("web/index.json", "{\"my\": 1}");
  const Report report = world.command(Command::clean);
  EXPECT_EQ(world.text(), "{\"my\": 1}");
  EXPECT_THAT(report.warnings, Contains("web/index.json: is no index: kept"));
}

TEST(Index, IsNeverASource) {
  IndexedWorld world;
  world.edit("\"web/index.json\"", "\"in/index.png\"");
  world.add_pictures();
  world.run();
  const Report report = world.run();
  EXPECT_EQ(report.summary.sources, 3U);
  EXPECT_EQ(report.summary.failed, 0U);
}

}  // namespace
}  // namespace thumbs
