// One cache, one manifest; and a lockfile that two of them share.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/lockfile_world.h"
#include "engine/world.h"

namespace thumbs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Two manifests over one disk, as two files beside each other; `cache` is whichever a test passes on.
class TwoManifests : public World {
 public:
  TwoManifests() {
    add_pictures();
    disk.put("other/four.png", picture(4, 51));
    disk.tick(k_hour);
    use("a.json", text("in", "out"));
  }

  static std::string text(const std::string& source, const std::string& output, const std::string& more = "") {
    return "{" + more + R"("sets": [{"name": "s", "source": ")" + source + R"(", "output": ")" + output +
           R"(", "variants": [{"name": "a", "width": 16, "format": "png"}]}]})";
  }

  void use(const std::string& name, const std::string& text) {
    if (disk.text(name) != text) disk.put(name, text);
    manifest = parse_manifest(text, name, std::string(FakeDisk::k_folder));
  }
};

TEST(Ownership, AnotherManifestIsRefusedWhateverItAsks) {
  TwoManifests world;
  world.run();
  const auto before = outputs(world);
  world.use("b.json", TwoManifests::text("other", "out2"));
  for (const Command command :
       {Command::build, Command::check, Command::status, Command::explain, Command::prune, Command::clean}) {
    for (const bool dry_run : {false, true}) {
      Options options;
      options.command = command;
      options.dry_run = dry_run;
      options.prune = command == Command::build;
      try {
        world.run(options);
        ADD_FAILURE() << "not refused";
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.what(), HasSubstr(".thumbs/cache.db: cache: belongs to \"a.json\""));
        EXPECT_THAT(error.what(), HasSubstr("give \"b.json\" its own \"cache\""));
      }
    }
  }
  EXPECT_EQ(outputs(world), before);
  EXPECT_FALSE(world.disk.exists("out2"));
  EXPECT_EQ(world.cache->load().rows.owner, "../a.json");
}

TEST(Ownership, OneManifestHasManyNames) {
  TwoManifests world;
  world.run();
  world.disk.make_hard_link("a.json", "b.json");
  world.manifest = parse_manifest(TwoManifests::text("in", "out"), "b.json", std::string(FakeDisk::k_folder));
  const Report report = world.run();
  EXPECT_THAT(report.warnings, IsEmpty());
  EXPECT_THAT(lines(report), IsEmpty());
  EXPECT_EQ(world.cache->load().rows.owner, "../a.json");
}

TEST(Ownership, ARenamedManifestTakesItsCacheOverOnce) {
  TwoManifests world;
  world.run();
  world.disk.tick(World::k_hour);
  world.run();
  world.disk.move("a.json", "new.json");
  world.use("new.json", TwoManifests::text("in", "out"));
  const auto taken_over =
      ElementsAre(HasSubstr("belonged to \"a.json\", which no longer exists: \"new.json\" takes it over"));
  EXPECT_THAT(world.command(Command::check).warnings, taken_over);
  EXPECT_EQ(world.cache->load().rows.owner, "../a.json") << "a check writes nothing";
  const Report report = world.run();
  EXPECT_THAT(report.warnings, taken_over);
  EXPECT_THAT(lines(report), IsEmpty()) << "it is the same project";
  EXPECT_EQ(world.cache->load().rows.owner, "../new.json");
  EXPECT_THAT(world.run().warnings, IsEmpty());
}

TEST(Ownership, ACacheOfNobodyIsTheFirstBuildersWithItsNextRow) {
  TwoManifests world;
  world.run();
  cache::CacheLoad loaded = world.cache->load();
  world.cache = cache::Cache::open(":memory:", cache::CacheMode::read_write);
  cache::Batch rows{.sources = loaded.rows.sources, .outputs = {}, .forget_outputs = {}, .forget_sources = {}};
  for (const cache::OutputRecord& row : loaded.rows.outputs)
    rows.outputs.push_back({row, loaded.rows.recipes[row.recipe]});
  world.cache->commit(rows);
  world.disk.tick(World::k_hour);
  world.run();  // settles what was racy
  world.cache->commit(rows);
  EXPECT_THAT(world.run().warnings, IsEmpty());
  world.disk.put("in/four.png", picture(4));
  world.run();
  EXPECT_EQ(world.cache->load().rows.owner, "../a.json");
}

TEST(Ownership, TwoProjectsAreToldApartByTheirFolders) {
  TwoManifests world;
  const std::string text = TwoManifests::text("in", "out", R"("cache": "/shared/cache.db", )");
  world.use("thumbs.json", text);
  world.run();
  const std::string recorded = world.cache->load().rows.owner;
  EXPECT_EQ(recorded, ".." + std::string(FakeDisk::k_folder) + "/thumbs.json");
  // A manifest of the same name, in a folder that is no more, and in one that is still there.
  world.cache->commit(
      {.sources = {}, .outputs = {}, .forget_outputs = {}, .forget_sources = {}, .owner = "../old/thumbs.json"});
  EXPECT_THAT(world.run().warnings, ElementsAre(HasSubstr("which no longer exists")));
  EXPECT_EQ(world.cache->load().rows.owner, recorded);
  world.disk.put("/old/thumbs.json", text);
  world.cache->commit(
      {.sources = {}, .outputs = {}, .forget_outputs = {}, .forget_sources = {}, .owner = "../old/thumbs.json"});
  EXPECT_THROW(world.run(), Error);
}

// --- a lockfile that two manifests share ---

constexpr const char* k_lock = R"("lock": "thumbs.lock", )";

TEST(SharedLockfile, LinesOfAManifestBesideAreKeptAndTheirFilesToo) {
  TwoManifests world;
  world.use("a.json", TwoManifests::text("in", "out", k_lock));
  world.run();
  world.cache = cache::Cache::open(":memory:", cache::CacheMode::read_write);  // its own
  world.use("b.json", TwoManifests::text("in/sub", "out", k_lock));
  Options options;
  options.prune = true;
  const Report report = world.run(options);
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("lock: shared with \"a.json\"")));
  EXPECT_EQ(report.summary.pruned, 0U);
  EXPECT_TRUE(world.disk.exists("out/one-a.png"));
  EXPECT_THAT(lockfile::parse_lockfile(world.disk.text("thumbs.lock").value_or(""), "").outputs, SizeIs(4));
  EXPECT_EQ(world.command(Command::clean).summary.pruned, 1U);
  EXPECT_TRUE(world.disk.exists("out/one-a.png"));
}

TEST(SharedLockfile, LinesThatNoSetExplainsAreKept) {
  struct Case {
    const char* name;
    const char* source;  // of the manifest that comes second
    const char* output;
    bool source_is_gone;
    std::uint64_t pruned;
  };
  const Case cases[] = {
      {"other folders", "other", "out2", false, 0},
      {"other folders, the source is gone", "other", "out2", true, 0},
      {"one output folder, and the source stands", "other", "out", false, 0},
      {"one output folder, and no source", "other", "out", true, 2},
      {"one source folder", "in", "out2", false, 3},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    TwoManifests world;
    world.use("a.json", TwoManifests::text("in", "out", k_lock));
    world.run();
    world.cache = cache::Cache::open(":memory:", cache::CacheMode::read_write);
    world.disk.erase("a.json");  // nothing beside says whose the lines are
    if (c.source_is_gone) world.disk.erase("in/one.png"), world.disk.erase("in/two.png");
    world.use("b.json", TwoManifests::text(c.source, c.output, k_lock));
    Options options;
    options.prune = true;
    EXPECT_EQ(world.run(options).summary.pruned, c.pruned);
    EXPECT_EQ(world.disk.exists("out/one-a.png"), c.pruned == 0);
  }
}

}  // namespace
}  // namespace thumbs
