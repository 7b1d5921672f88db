// Each state of source, rule, record and output in docs/staleness.md: what is made, why, and which files were read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "engine/world.h"

namespace thumbs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
  std::string name;
  std::function<void(World&)> change;
  std::vector<std::string> items;
  std::uint64_t hashed;
  std::uint64_t decoded;
};

void edit(World& world, std::string_view from, std::string_view to) {
  std::string text(k_two_variants);
  text.replace(text.find(from), from.size(), to);
  world.set_manifest(text);
}

const std::vector<Case>& cases() {
  static const std::vector<Case> k_cases{
      {"nothing", [](World&) {}, {}, 0, 0},
      {"touched", [](World& w) { w.disk.touch("in/one.png"); }, {}, 1, 0},
      {"chmod, so that only the ctime moved",
       [](World& w) { w.disk.set_mtime("in/one.png", w.disk.now_ns() - 2 * World::k_hour); },
       {},
       1,
       0},
      {"re-cloned",
       [](World& w) {
         const std::string bytes = *w.disk.text("in/one.png");
         w.disk.erase("in/one.png");
         w.disk.put("in/one.png", bytes);
       },
       {},
       1,
       0},
      {"new content",
       [](World& w) { w.disk.put("in/one.png", picture(9)); },
       {"out/one-a.png: built source-changed", "out/one-b.png: built source-changed"},
       1,
       1},
      {"new content with an older mtime",
       [](World& w) {
         w.disk.put("in/one.png", picture(9));
         w.disk.set_mtime("in/one.png", 1);
       },
       {"out/one-a.png: built source-changed", "out/one-b.png: built source-changed"},
       1,
       1},
      {"new content of equal size and mtime",
       [](World& w) {
         std::string bytes = *w.disk.text("in/one.png");
         const std::int64_t mtime = w.disk.stat("in/one.png", false).stat_data.mtime_ns;
         bytes[bytes.find("IEND") + 4] ^= 0;  // the same bytes but for an ancillary text, below
         const std::size_t at = bytes.find("IDAT");
         bytes[at + 10] = static_cast<char>(bytes[at + 10] ^ 1);
         w.disk.put("in/one.png", bytes);
         w.disk.set_mtime("in/one.png", mtime);
       },
       {"out/one-a.png: failed source-changed", "out/one-b.png: failed source-changed"},
       1,
       1},
      {"the setting of one variant",
       [](World& w) { edit(w, "\"width\": 8", "\"width\": 9"); },
       {"out/one-b.png: built recipe-changed", "out/sub/three-b.png: built recipe-changed",
        "out/two-b.png: built recipe-changed"},
       3,
       3},
      {"a set renamed", [](World& w) { edit(w, "\"name\": \"s\"", "\"name\": \"t\""); }, {}, 0, 0},
      {"a variant renamed",
       [](World& w) { edit(w, "\"name\": \"b\"", "\"name\": \"c\""); },
       {"out/one-b.png: orphan orphan", "out/one-c.png: copied new", "out/sub/three-b.png: orphan orphan",
        "out/sub/three-c.png: copied new", "out/two-b.png: orphan orphan", "out/two-c.png: copied new"},
       3,
       0},
      {"a variant added",
       [](World& w) {
         edit(w, "{\"name\": \"b\"", "{\"name\": \"c\", \"width\": 4, \"format\": \"png\"}, {\"name\": \"b\"");
       },
       {"out/one-c.png: built new", "out/sub/three-c.png: built new", "out/two-c.png: built new"},
       3,
       3},
      {"a variant removed",
       [](World& w) { edit(w, ", {\"name\": \"b\", \"width\": 8, \"format\": \"png\"}", ""); },
       {"out/one-b.png: orphan orphan", "out/sub/three-b.png: orphan orphan", "out/two-b.png: orphan orphan"},
       0,
       0},
      {"an output removed",
       [](World& w) { w.disk.erase("out/one-b.png"); },
       {"out/one-b.png: built output-missing"},
       1,
       1},
      {"an output truncated",
       [](World& w) { w.disk.put("out/one-b.png", "short"); },
       {"out/one-b.png: built output-modified"},
       1,
       1},
      {"an output edited to equal size",
       [](World& w) { w.disk.put("out/one-b.png", std::string(w.disk.text("out/one-b.png")->size(), 'x')); },
       {"out/one-b.png: built output-modified"},
       2,
       1},
      {"an output touched", [](World& w) { w.disk.touch("out/one-b.png"); }, {}, 1, 0},
      {"an output replaced by a link to its like",
       [](World& w) {
         w.disk.move("out/one-b.png", "elsewhere.png");
         w.disk.make_link("out/one-b.png", "../elsewhere.png");
       },
       {"out/one-b.png: built output-modified"},
       1,
       1},
      {"a source renamed",
       [](World& w) { w.disk.move("in/one.png", "in/uno.png"); },
       {"out/one-a.png: orphan orphan", "out/one-b.png: orphan orphan", "out/uno-a.png: copied new",
        "out/uno-b.png: copied new"},
       3,
       0},
      {"a source copied",
       [](World& w) { w.disk.put("in/uno.png", *w.disk.text("in/one.png")); },
       {"out/uno-a.png: copied new", "out/uno-b.png: copied new"},
       3,
       0},
      {"two equal new sources",
       [](World& w) {
         w.disk.put("in/x.png", picture(7, 60));
         w.disk.put("in/y.png", picture(7, 60));
       },
       {"out/x-a.png: built new", "out/x-b.png: built new", "out/y-a.png: copied new", "out/y-b.png: copied new"},
       4,
       1},
      {"a source deleted",
       [](World& w) { w.disk.erase("in/one.png"); },
       {"out/one-a.png: orphan orphan", "out/one-b.png: orphan orphan"},
       0,
       0},
      {"a source and its outputs deleted",
       [](World& w) {
         w.disk.erase("in/one.png");
         w.disk.erase("out/one-a.png");
         w.disk.erase("out/one-b.png");
       },
       {},
       0,
       0},
      {"a foreign file at a new output's path",
       [](World& w) {
         w.disk.put("in/new.png", picture(5, 51));
         w.disk.put("out/new-a.png", "not ours");
       },
       {"out/new-a.png: built new", "out/new-b.png: built new"},
       1,
       1},
  };
  return k_cases;
}

TEST(Staleness, EveryStateGivesItsItemsAndItsCosts) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    World world;
    world.add_pictures();
    ASSERT_EQ(world.run().summary.built, 6U);
    world.disk.tick(World::k_hour);
    c.change(world);
    world.disk.tick(World::k_hour);
    const Report report = world.run();
    EXPECT_EQ(lines(report), c.items);
    EXPECT_EQ(report.summary.hashed, c.hashed);
    EXPECT_EQ(report.summary.decoded, c.decoded);
    if (report.summary.failed != 0) continue;
    world.disk.tick(World::k_hour);
    const Report again = world.run();
    EXPECT_EQ(again.summary.built + again.summary.copied + again.summary.hashed, 0U);
    EXPECT_THAT(world.disk.reads(), IsEmpty()) << "a settled run opens nothing";
    EXPECT_THAT(world.disk.writes(), IsEmpty());
  }
}

TEST(Staleness, IncrementalBuildsEqualCleanOnes) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    World incremental;
    incremental.add_pictures();
    incremental.run();
    incremental.disk.tick(World::k_hour);
    c.change(incremental);
    incremental.disk.tick(World::k_hour);
    Options options;
    options.prune = true;
    if (incremental.run(options).summary.failed != 0) continue;

    World clean;
    for (const std::string& path : incremental.disk.files("in")) clean.disk.put(path, *incremental.disk.text(path));
    clean.manifest = incremental.manifest;
    clean.disk.tick(World::k_hour);
    clean.run();
    EXPECT_EQ(outputs(incremental), outputs(clean));
  }
}

TEST(Staleness, RacySourceIsHashedUntilItsTimesAreOldEnough) {
  World world;
  world.disk.put("in/one.png", picture(1));
  world.run();  // at the very moment of the write
  EXPECT_EQ(world.run().summary.hashed, 1U);
  world.disk.tick(FakeDisk::k_second);
  EXPECT_EQ(world.run().summary.hashed, 1U) << "one second is not enough";
  world.disk.tick(FakeDisk::k_second - 1);
  EXPECT_EQ(world.run().summary.hashed, 1U) << "nor is a nanosecond less than two";
  world.disk.tick(1);
  EXPECT_EQ(world.run().summary.hashed, 1U) << "looked at once more, now to be trusted";
  EXPECT_EQ(world.run().summary.hashed, 0U);
}

TEST(Staleness, RewriteInTheRacyWindowIsFound) {
  World world;
  world.disk.put("in/one.png", picture(1));
  const disk::StatData before = world.disk.stat("in/one.png", false).stat_data;
  world.run();
  world.disk.put_unnoticed("in/one.png", picture(2));
  ASSERT_EQ(world.disk.stat("in/one.png", false).stat_data.mtime_ns, before.mtime_ns);
  world.disk.tick(World::k_hour);
  EXPECT_THAT(lines(world.run()),
              ElementsAre("out/one-a.png: built source-changed", "out/one-b.png: built source-changed"));
}

TEST(Staleness, FutureTimestampIsHashedEveryRun) {
  World world;
  world.add_pictures();
  world.disk.set_mtime("in/one.png", world.disk.now_ns() + 100 * World::k_hour);
  world.disk.tick(World::k_hour);
  world.run();
  for (int i = 0; i < 3; ++i) {
    world.disk.tick(World::k_hour);
    EXPECT_EQ(world.run().summary.hashed, 1U);
  }
}

TEST(Staleness, CheckAndDryRunHashButRememberNothing) {
  World world;
  world.add_pictures();
  world.run();
  world.disk.tick(World::k_hour);
  world.disk.touch("in/one.png");
  world.disk.tick(World::k_hour);
  Options dry;
  dry.dry_run = true;
  EXPECT_EQ(world.run(dry).summary.hashed, 1U);
  EXPECT_EQ(world.command(Command::check).summary.hashed, 1U);
  EXPECT_TRUE(world.command(Command::check).up_to_date());
  EXPECT_EQ(world.run().summary.hashed, 1U);
  EXPECT_EQ(world.run().summary.hashed, 0U);
}

TEST(Staleness, VerifyFindsWhatNoStatShows) {
  World world;
  world.add_pictures();
  world.run();
  world.disk.tick(World::k_hour);
  std::string tampered = *world.disk.text("out/two-a.png");
  tampered.back() = 'x';
  world.disk.put_unnoticed("out/two-a.png", tampered);
  EXPECT_THAT(lines(world.run()), IsEmpty());
  Options verify;
  verify.verify = true;
  const Report report = world.run(verify);
  EXPECT_THAT(lines(report), ElementsAre("out/two-a.png: built output-modified"));
  EXPECT_EQ(report.summary.hashed, 9U) << "three sources and six outputs";
}

TEST(Staleness, FailedSourceIsTriedAgainAndItsOldOutputStays) {
  World world;
  world.add_pictures();
  world.run();
  const std::string old = *world.disk.text("out/one-a.png");
  world.disk.tick(World::k_hour);
  world.disk.put("in/one.png", "no picture at all");
  world.disk.tick(World::k_hour);
  const Report failed = world.run();
  EXPECT_THAT(lines(failed),
              ElementsAre("out/one-a.png: failed source-changed", "out/one-b.png: failed source-changed"));
  EXPECT_FALSE(failed.ok());
  EXPECT_EQ(failed.items[0].error->code, ErrorCode::not_a_picture);
  EXPECT_EQ(world.disk.text("out/one-a.png"), old);
  EXPECT_THAT(lines(world.run()), ElementsAre("out/one-a.png: failed retry", "out/one-b.png: failed retry"));
  EXPECT_FALSE(world.command(Command::check).up_to_date());
  world.disk.put("in/one.png", picture(1));
  world.disk.tick(World::k_hour);
  EXPECT_THAT(lines(world.run()), ElementsAre("out/one-a.png: built retry", "out/one-b.png: built retry"));
}

TEST(Staleness, WhyTheLastAttemptFailedIsKnownUntilOneSucceeds) {
  World world;
  world.disk.put("in/one.png", "no picture at all");
  world.disk.tick(World::k_hour);
  const auto causes = [&] {
    std::set<std::string> texts;
    for (const Item& item : world.command(Command::gallery).items)
      if (item.reason == Reason::retry) texts.insert(to_string(item.changes.front()));
    return texts;
  };
  world.run();
  EXPECT_THAT(causes(), ElementsAre("the last attempt failed: decode: not a picture of a known format"));
  std::size_t commits = 0;
  const auto run_again = [&] {
    Observer quiet;
    Options options;
    options.paths_base = std::string(FakeDisk::k_folder);
    engine::CacheHold hold;
    hold.committed = [&](const cache::Batch&) { ++commits; };
    engine::run_on(world.disk, *world.cache, world.manifest, options, 1, quiet, hold);
  };
  run_again();
  EXPECT_EQ(commits, 0U) << "nothing is new";
  world.disk.put("in/one.png", picture(1).substr(0, 40));
  world.disk.tick(World::k_hour);
  run_again();
  EXPECT_EQ(commits, 1U);
  ASSERT_EQ(causes().size(), 1U);
  EXPECT_NE(*causes().begin(), "the last attempt failed: decode: not a picture of a known format");
  world.disk.put("in/one.png", picture(1));
  world.disk.tick(World::k_hour);
  world.run();
  EXPECT_TRUE(causes().empty());
  EXPECT_TRUE(world.cache->load_failures().empty());
}

TEST(Staleness, ForceRebuildsAllAndCopiesEqualSources) {
  World world;
  world.disk.put("in/x.png", picture(7));
  world.disk.put("in/y.png", picture(7));
  world.disk.tick(World::k_hour);
  world.run();
  Options force;
  force.force = true;
  const Report report = world.run(force);
  EXPECT_THAT(lines(report), ElementsAre("out/x-a.png: built forced", "out/x-b.png: built forced",
                                         "out/y-a.png: copied forced", "out/y-b.png: copied forced"));
  EXPECT_EQ(report.summary.decoded, 1U);
  EXPECT_THAT(lines(world.run()), IsEmpty());
}

TEST(Staleness, HashInThePathMakesNewContentNewAndOldFilesOrphans) {
  World world(R"({"sets": [{"source": "in", "output": "out", "path": "{stem}.{hash}.{ext}", "variants": [
      {"name": "a", "width": 16, "format": "png"}]}]})");
  world.add_pictures();
  ASSERT_EQ(world.run().summary.built, 3U);
  EXPECT_EQ(world.run().summary.hashed, 0U);
  world.disk.tick(World::k_hour);
  world.disk.put("in/one.png", picture(9));
  world.disk.tick(World::k_hour);
  const Report report = world.run();
  EXPECT_EQ(report.summary.built, 1U);
  EXPECT_EQ(report.summary.orphans, 1U);
  EXPECT_THAT(lines(report), testing::Contains(testing::HasSubstr("built new")));
}

TEST(Staleness, ThumbnailsBesideTheirOriginalsAreNoSources) {
  for (const std::string_view path : {"{dir}/{stem}-{variant}.{ext}", "{dir}/{stem}-{variant}.{hash}.{ext}"}) {
    SCOPED_TRACE(path);
    World world(R"({"sets": [{"source": "in", "output": "in", "path": ")" + std::string(path) +
                R"(", "variants": [{"name": "a", "width": 16, "format": "png"}]}]})");
    world.add_pictures();
    EXPECT_EQ(world.run().summary.built, 3U);
    world.disk.tick(World::k_hour);
    const Report again = world.run();
    EXPECT_EQ(again.summary.sources, 3U);
    EXPECT_THAT(lines(again), IsEmpty());
    EXPECT_EQ(again.summary.hashed, 0U);
  }
}

TEST(Staleness, AWorldOfOnlyTwinsSurvivesALostTwin) {
  World world;
  world.add_pictures();
  world.run();
  world.disk.tick(World::k_hour);
  world.disk.put("in/uno.png", *world.disk.text("in/one.png"));
  std::string tampered = *world.disk.text("out/one-a.png");
  tampered.back() = 'x';
  world.disk.put_unnoticed("out/one-a.png", tampered);  // not what the cache says, and no stat shows it
  world.disk.tick(World::k_hour);
  const Report report = world.run();
  EXPECT_THAT(lines(report), ElementsAre("out/uno-a.png: built new", "out/uno-b.png: copied new"));
  EXPECT_NE(world.disk.text("out/uno-a.png"), tampered);
}

}  // namespace
}  // namespace thumbs
