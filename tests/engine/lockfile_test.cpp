// The same states with the lockfile in place of the cache; what a run writes into it, and when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>

#include "engine/lockfile_world.h"
#include "manifest/recipe.h"

namespace thumbs {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Case {
  std::string name;
  std::function<void(LockfileWorld&)> change;
  std::vector<std::string> items;
  std::uint64_t hashed;
  std::uint64_t decoded;
};

const std::vector<std::string> k_all_outputs{"out/one-a.png",       "out/one-b.png", "out/sub/three-a.png",
                                             "out/sub/three-b.png", "out/two-a.png", "out/two-b.png"};

std::vector<std::string> each(const std::vector<std::string>& paths, const std::string& outcome) {
  std::vector<std::string> items;
  for (const std::string& path : paths) items.push_back(path + ": " + outcome);
  return items;
}

const std::vector<Case>& cases() {
  static const std::vector<Case> k_cases{
      {"nothing", [](LockfileWorld&) {}, {}, 9, 0},
      {"touched", [](LockfileWorld& w) { w.disk.touch("in/one.png"); }, {}, 9, 0},
      {"new content",
       [](LockfileWorld& w) { w.disk.put("in/one.png", picture(9)); },
       {"out/one-a.png: built source-changed", "out/one-b.png: built source-changed"},
       7,
       1},
      {"the setting of one variant",
       [](LockfileWorld& w) { w.edit("\"width\": 8", "\"width\": 9"); },
       {"out/one-b.png: built recipe-changed", "out/sub/three-b.png: built recipe-changed",
        "out/two-b.png: built recipe-changed"},
       6,
       3},
      {"another version of a stage",
       [](LockfileWorld& w) {
         std::string text = w.lockfile();
         const std::string now =
             hash_text(manifest::resolve(w.manifest.sets[0].variants[0], PictureFormat::png).stages).hex();
         for (std::size_t at = text.find(now); at != std::string::npos; at = text.find(now, at + 1))
           text[at] = text[at] == '0' ? '1' : '0';
         w.set_lockfile(text);
       },
       each(k_all_outputs, "built tool-changed"), 3, 3},
      {"a set renamed", [](LockfileWorld& w) { w.edit("\"name\": \"s\"", "\"name\": \"t\""); }, {}, 9, 0},
      {"a variant renamed",
       [](LockfileWorld& w) { w.edit("\"name\": \"b\"", "\"name\": \"c\""); },
       {"out/one-b.png: orphan orphan", "out/one-c.png: copied new", "out/sub/three-b.png: orphan orphan",
        "out/sub/three-c.png: copied new", "out/two-b.png: orphan orphan", "out/two-c.png: copied new"},
       9,
       0},
      {"a variant added",
       [](LockfileWorld& w) {
         w.edit("{\"name\": \"b\"", "{\"name\": \"c\", \"width\": 4, \"format\": \"png\"}, {\"name\": \"b\"");
       },
       {"out/one-c.png: built new", "out/sub/three-c.png: built new", "out/two-c.png: built new"},
       9,
       3},
      {"a variant removed",
       [](LockfileWorld& w) { w.edit(", {\"name\": \"b\", \"width\": 8, \"format\": \"png\"}", ""); },
       {"out/one-b.png: orphan orphan", "out/sub/three-b.png: orphan orphan", "out/two-b.png: orphan orphan"},
       6,
       0},
      {"an output removed",
       [](LockfileWorld& w) { w.disk.erase("out/one-b.png"); },
       {"out/one-b.png: built output-missing"},
       8,
       1},
      {"an output truncated",
       [](LockfileWorld& w) { w.disk.put("out/one-b.png", "short"); },
       {"out/one-b.png: built output-modified"},
       9,
       1},
      {"two outputs swapped",
       [](LockfileWorld& w) {
         w.disk.move("out/one-b.png", "aside");
         w.disk.move("out/two-b.png", "out/one-b.png");
         w.disk.move("aside", "out/two-b.png");
       },
       {"out/one-b.png: built output-modified", "out/two-b.png: built output-modified"},
       9,
       2},
      {"an output replaced by a link to its like",
       [](LockfileWorld& w) {
         w.disk.move("out/one-b.png", "elsewhere.png");
         w.disk.make_link("out/one-b.png", "../elsewhere.png");
       },
       {"out/one-b.png: built output-modified"},
       8,
       1},
      {"a source renamed",
       [](LockfileWorld& w) { w.disk.move("in/one.png", "in/uno.png"); },
       {"out/one-a.png: orphan orphan", "out/one-b.png: orphan orphan", "out/uno-a.png: copied new",
        "out/uno-b.png: copied new"},
       9,
       0},
      {"a source copied",
       [](LockfileWorld& w) { w.disk.put("in/uno.png", *w.disk.text("in/one.png")); },
       {"out/uno-a.png: copied new", "out/uno-b.png: copied new"},
       10,
       0},
      {"two equal new sources",
       [](LockfileWorld& w) {
         w.disk.put("in/x.png", picture(7, 60));
         w.disk.put("in/y.png", picture(7, 60));
       },
       {"out/x-a.png: built new", "out/x-b.png: built new", "out/y-a.png: copied new", "out/y-b.png: copied new"},
       13,
       1},
      {"a source deleted",
       [](LockfileWorld& w) { w.disk.erase("in/one.png"); },
       {"out/one-a.png: orphan orphan", "out/one-b.png: orphan orphan"},
       6,
       0},
      {"a source and its outputs deleted",
       [](LockfileWorld& w) {
         w.disk.erase("in/one.png");
         w.disk.erase("out/one-a.png");
         w.disk.erase("out/one-b.png");
       },
       {},
       6,
       0},
      {"a source that is no picture now",
       [](LockfileWorld& w) { w.disk.put("in/one.png", "no picture"); },
       {"out/one-a.png: failed source-changed", "out/one-b.png: failed source-changed"},
       7,
       0},
      {"a foreign file at a new output's path",
       [](LockfileWorld& w) {
         w.disk.put("in/new.png", picture(5, 51));
         w.disk.put("out/new-a.png", "not ours");
       },
       {"out/new-a.png: built new", "out/new-b.png: built new"},
       10,
       1},
  };
  return k_cases;
}

TEST(LockfileInPlace, EveryStateGivesItsItemsAndItsCosts) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    LockfileWorld world;
    world.build_first();
    c.change(world);
    world.forget_cache();
    world.disk.tick(World::k_hour);

    const Report check = world.command(Command::check);
    EXPECT_THAT(world.disk.writes(), IsEmpty());
    EXPECT_EQ(check.up_to_date(), c.items.empty());

    const Report report = world.run();
    EXPECT_EQ(lines(report), c.items);
    EXPECT_EQ(report.summary.hashed, c.hashed);
    EXPECT_EQ(report.summary.decoded, c.decoded);
    EXPECT_EQ(check.summary.stale, report.summary.built + report.summary.copied + report.summary.failed);
    EXPECT_EQ(check.summary.fresh, report.summary.fresh);
    if (report.summary.failed != 0) continue;
    EXPECT_THAT(false_lines(world), IsEmpty());
    const std::string lock = world.lockfile();
    world.disk.tick(World::k_hour);
    const Report again = world.run();
    EXPECT_EQ(again.summary.built + again.summary.copied + again.summary.hashed, 0U);
    EXPECT_THAT(world.disk.writes(), IsEmpty());
    EXPECT_EQ(world.lockfile(), lock);
  }
}

TEST(LockfileInPlace, EqualsAnIncrementalBuildInFilesAndLockfile) {
  for (const Case& c : cases()) {
    if (c.name == "another version of a stage") continue;  // only the lockfile knows of it
    SCOPED_TRACE(c.name);
    LockfileWorld with_cache;
    LockfileWorld with_lockfile;
    for (LockfileWorld* world : {&with_cache, &with_lockfile}) {
      world->build_first();
      c.change(*world);
      world->disk.tick(World::k_hour);
    }
    with_lockfile.forget_cache();
    const Report expected = with_cache.run();
    const Report report = with_lockfile.run();
    EXPECT_EQ(lines(report), lines(expected));
    EXPECT_EQ(outputs(with_lockfile), outputs(with_cache));
    EXPECT_EQ(with_lockfile.lockfile(), with_cache.lockfile());
    Options prune;
    prune.prune = true;
    with_cache.run(prune);
    with_lockfile.run(prune);
    EXPECT_EQ(outputs(with_lockfile), outputs(with_cache));
    EXPECT_EQ(with_lockfile.lockfile(), with_cache.lockfile());
  }
}

TEST(LockfileInPlace, SizesComeFromTheFilesAndGoIntoTheCache) {
  LockfileWorld world;
  world.build_first();
  Options verbose;
  verbose.report_fresh = true;
  const Report before = world.run(verbose);
  world.forget_cache();
  for (int i = 0; i < 2; ++i) {
    const Report report = world.run(verbose);
    ASSERT_EQ(report.items.size(), 6U);
    EXPECT_EQ(report.summary.decoded, 0U);
    for (std::size_t k = 0; k < 6; ++k) {
      EXPECT_EQ(report.items[k].width, before.items[k].width);
      EXPECT_EQ(report.items[k].height, before.items[k].height);
      EXPECT_EQ(report.items[k].bytes, before.items[k].bytes);
    }
    world.disk.tick(World::k_hour);
  }
  for (const cache::OutputRecord& row : world.cache->load().rows.outputs) {
    EXPECT_NE(row.width * row.height, 0U) << row.path;
    EXPECT_TRUE(row.stat_known());
  }
}

TEST(LockfileInPlace, ACopyOfAThumbnailHasItsSize) {
  LockfileWorld world;
  world.build_first();
  world.disk.move("in/one.png", "in/uno.png");
  world.forget_cache();
  world.disk.tick(World::k_hour);
  const Report report = world.run();
  ASSERT_EQ(lines(report)[2], "out/uno-a.png: copied new");
  EXPECT_EQ(report.items[2].width, 16);
  EXPECT_EQ(report.items[2].height, 11);
}

TEST(LockfileInPlace, ATamperedTwinIsNotBelieved) {
  LockfileWorld world;
  world.build_first();
  world.disk.move("in/one.png", "in/uno.png");
  world.disk.put("out/one-a.png", *world.disk.text("out/two-a.png"));
  world.forget_cache();
  world.disk.tick(World::k_hour);
  const Report report = world.run();
  EXPECT_EQ(report.summary.built, 1U);
  EXPECT_EQ(report.summary.copied, 1U);
}

std::vector<std::string> changes_of(const Item& item) {
  std::vector<std::string> texts;
  for (const Change& change : item.changes) texts.push_back(to_string(change));
  return texts;
}

TEST(LockfileInPlace, ExplainsWhatItKnows) {
  LockfileWorld world;
  world.build_first();
  world.disk.put("out/one-b.png", "short");
  world.edit("\"width\": 16", "\"width\": 17");
  world.forget_cache();
  const Report report = world.command(Command::explain);
  EXPECT_THAT(changes_of(report.items[0]), Contains(HasSubstr("recipe: xxh3-128:")));
  EXPECT_THAT(changes_of(report.items[1]), Contains(HasSubstr("→ different")));
}

TEST(LockfileInPlace, PruneAndCleanRemoveWhatIsOursAlone) {
  for (const Command command : {Command::prune, Command::clean}) {
    LockfileWorld world;
    world.build_first();
    world.disk.erase("in/one.png");
    world.disk.put("out/one-b.png", "mine now");
    world.forget_cache();
    world.disk.tick(World::k_hour);
    const Report report = world.command(command);
    const bool all = command == Command::clean;
    EXPECT_EQ(report.summary.pruned, all ? 5U : 1U);
    EXPECT_EQ(world.disk.text("out/one-b.png"), "mine now");
    EXPECT_FALSE(world.disk.exists("out/one-a.png"));
    EXPECT_THAT(world.lockfile(), Not(HasSubstr("out/one-")));
    EXPECT_EQ(world.disk.exists("thumbs.lock"), !all) << "a lock without lines is no file";
  }
}

TEST(Lockfile, IsWrittenOnceAndOnlyWhereSomethingChanged) {
  LockfileWorld world;
  world.add_pictures();
  world.run();
  EXPECT_THAT(world.disk.renames(), testing::Contains("thumbs.lock"));
  EXPECT_THAT(false_lines(world), IsEmpty());
  world.disk.tick(World::k_hour);
  world.disk.touch("in/one.png");
  world.disk.tick(World::k_hour);
  world.run();
  EXPECT_THAT(world.disk.writes(), IsEmpty()) << "a touched picture changes the cache, not the lockfile";
  world.disk.erase("thumbs.lock");
  world.run();
  EXPECT_THAT(world.disk.renames(), ElementsAre("thumbs.lock")) << "and one that is gone comes back";
}

TEST(Lockfile, IsNeverWrittenByWhatOnlyLooks) {
  LockfileWorld world;
  world.add_pictures();
  world.run();
  world.disk.erase("thumbs.lock");
  Options dry;
  dry.dry_run = true;
  world.run(dry);
  for (const Command command : {Command::check, Command::status, Command::explain}) world.command(command);
  EXPECT_FALSE(world.disk.exists("thumbs.lock"));
}

TEST(Lockfile, IsOrderedAgainByTheNextBuild) {
  LockfileWorld world;
  world.build_first();
  const std::string lock = world.lockfile();
  const std::size_t half = lock.find('\n', lock.size() / 2) + 1;
  world.set_lockfile(lock.substr(half) + lock.substr(0, half));
  EXPECT_TRUE(world.command(Command::check).up_to_date());
  const Report report = world.run();
  EXPECT_EQ(report.summary.fresh, 6U);
  EXPECT_EQ(world.lockfile(), lock);
}

TEST(Lockfile, LinesOutsideOfASelectionStay) {
  LockfileWorld world;
  world.build_first();
  const std::string lock = world.lockfile();
  world.forget_cache();
  Options options;
  options.paths = {"in/one.png"};
  const Report report = world.run(options);
  EXPECT_EQ(report.summary.fresh, 2U);
  EXPECT_EQ(report.summary.hashed, 3U);
  EXPECT_EQ(world.lockfile(), lock);
  const Report rest = world.run();
  EXPECT_EQ(rest.summary.fresh, 6U);
  EXPECT_EQ(rest.summary.hashed, 6U);
  EXPECT_EQ(rest.summary.decoded, 0U);
  world.disk.put("in/two.png", picture(9));
  world.disk.put("in/one.png", picture(8));
  world.disk.tick(World::k_hour);
  world.run(options);
  EXPECT_EQ(false_lines(world).size(), 0U);
  EXPECT_EQ(lockfile::parse_lockfile(world.lockfile(), "l").outputs.size(), 6U);
}

TEST(Lockfile, SaysWhatTheCacheDoesNotKnow) {
  // A pull brings a picture, its thumbnails and their lines; the cache has its own past.
  LockfileWorld mine;
  LockfileWorld theirs;
  for (LockfileWorld* world : {&mine, &theirs}) world->build_first();
  theirs.disk.put("in/new.png", picture(7, 60));
  theirs.disk.tick(World::k_hour);
  theirs.run();
  for (const char* path : {"in/new.png", "out/new-a.png", "out/new-b.png", "thumbs.lock"})
    mine.disk.put(path, *theirs.disk.text(path));
  mine.disk.tick(World::k_hour);
  EXPECT_TRUE(mine.command(Command::check).up_to_date());
  const Report report = mine.run();
  EXPECT_EQ(report.summary.fresh, 8U);
  EXPECT_EQ(report.summary.hashed, 3U);
  EXPECT_EQ(report.summary.decoded, 0U);
  EXPECT_EQ(mine.lockfile(), theirs.lockfile());
}

TEST(Lockfile, TheCacheDecidesWhereItKnows) {
  LockfileWorld world;
  world.build_first();
  const std::string lock = world.lockfile();
  std::string wrong = lock;
  for (std::size_t at = wrong.find("xxh3-128:"); at != std::string::npos; at = wrong.find("xxh3-128:", at + 1))
    wrong[at + 9] = wrong[at + 9] == '0' ? '1' : '0';
  world.set_lockfile(wrong);
  EXPECT_TRUE(world.command(Command::check).up_to_date());
  EXPECT_EQ(world.run().summary.hashed, 0U);
  EXPECT_EQ(world.lockfile(), lock);
}

TEST(Lockfile, AFailedPictureKeepsTheLineOfItsOlderSuccess) {
  LockfileWorld world;
  world.build_first();
  const std::string lock = world.lockfile();
  world.disk.put("in/one.png", "no picture");
  world.disk.put("in/never.png", "no picture either");
  world.disk.tick(World::k_hour);
  EXPECT_EQ(world.run().summary.failed, 4U);
  EXPECT_EQ(world.lockfile(), lock);
}

TEST(Lockfile, IsTrueAfterAnInterrupt) {
  LockfileWorld world;
  world.add_pictures();
  std::atomic<bool> stop = false;
  world.disk.hook = [&stop](const std::string& what, const std::string& path) {
    if (what == "write_new" && path.starts_with("out/")) stop = true;
  };
  Options options;
  options.stop = &stop;
  const Report report = run_with(world, *world.cache, 1, options);
  world.disk.hook = nullptr;
  EXPECT_TRUE(report.interrupted);
  ASSERT_LT(report.summary.built, 6U);
  EXPECT_EQ(lockfile::parse_lockfile(world.lockfile(), "l").outputs.size(), report.summary.built);
  EXPECT_THAT(false_lines(world), IsEmpty());
}

TEST(Lockfile, ThatCannotBeWrittenIsNamedAndSpoilsNothing) {
  LockfileWorld world;
  world.add_pictures();
  world.disk.hook = [](const std::string& what, const std::string& path) {
    if (what == "rename" && path == "thumbs.lock") throw Error(ErrorCode::no_space, "no space", path, "write");
  };
  const Report report = world.run();
  world.disk.hook = nullptr;
  EXPECT_FALSE(report.ok());
  EXPECT_THAT(report.errors, ElementsAre("thumbs.lock: lock: no space"));
  EXPECT_EQ(report.summary.built, 6U);
  EXPECT_THAT(temporaries(world), IsEmpty());
  EXPECT_FALSE(world.disk.exists("thumbs.lock"));
  EXPECT_TRUE(world.run().ok());
  EXPECT_THAT(false_lines(world), IsEmpty());
}

TEST(Lockfile, IsWrittenThroughALink) {
  LockfileWorld world;
  world.disk.put("locks/real.lock", "");
  world.disk.make_link("thumbs.lock", "locks/real.lock");
  world.add_pictures();
  world.run();
  EXPECT_THAT(world.disk.text("locks/real.lock").value_or(""), HasSubstr("out/one-a.png"));
  EXPECT_EQ(world.disk.stat("thumbs.lock", false).kind, disk::FileKind::symlink);
}

TEST(Lockfile, BadLinesAndFoldersAreRefusedBeforeAnythingIsTouched) {
  for (const std::string_view text : {"<<<<<<< HEAD\n", "nonsense\n"}) {
    for (const bool with_cache : {true, false}) {
      LockfileWorld world;
      world.build_first();
      world.disk.put("in/one.png", picture(9));
      if (!with_cache) world.forget_cache();
      world.set_lockfile(world.lockfile() + std::string(text));
      for (const Command command : {Command::build, Command::check, Command::status, Command::prune, Command::clean}) {
        EXPECT_THROW(world.command(command), ManifestError);
        EXPECT_THAT(world.disk.writes(), IsEmpty());
        EXPECT_THAT(world.disk.removes(), IsEmpty());
      }
    }
  }
  LockfileWorld world;
  world.add_pictures();
  world.disk.make_folder("thumbs.lock");
  EXPECT_THROW(world.run(), ManifestError);
  EXPECT_THAT(world.disk.writes(), IsEmpty());
}

TEST(Lockfile, IsNoSourceAndNoOutput) {
  LockfileWorld world;
  world.set_manifest(R"({"lock": "in/thumbs.lock", "sets": [{"source": "in", "include": ["**"], "output": "out",
                         "variants": [{"name": "a", "width": 16, "format": "png"}]}]})");
  world.add_pictures();
  EXPECT_EQ(world.run().summary.sources, 3U);
  EXPECT_EQ(world.run().summary.sources, 3U);
  world.set_manifest(R"({"lock": "out/one-a.png", "sets": [{"source": "in", "include": ["*.png"], "output": "out",
                         "variants": [{"name": "a", "width": 16, "format": "png"}]}]})");
  world.disk.erase("out/one-a.png");
  EXPECT_THROW(world.run(), ManifestError);
}

}  // namespace
}  // namespace thumbs
