// A cache of an older version: readable, and upgraded by the first commit. Faults and crashes during that are in
// cache_faults_test.cpp.
#include "cache/cache.h"
#include "cache/sqlite.h"
#include "cache_support.h"
#include "version_1.h"

namespace thumbs::cache_test {
using namespace cache;

namespace {

using Strings = std::vector<std::string>;

class CacheMigrationTest : public testing::Test {
 protected:
  CacheMigrationTest() {
    std::filesystem::create_directories(folder_ / "c");
    make_version_1(file_);
  }

  std::int64_t version() const { return Database(file_, Database::Mode::read_only).number("PRAGMA user_version"); }

  // The records that version 1 wrote, with the fields that it had.
  static Content kept() {
    const std::string odd("a\0b\n'\"\xff\xfe;--", 11);
    Batch batch = sample(3);
    batch.sources.insert(batch.sources.begin(), source_record("photos/" + odd, 9));
    batch.sources.front().trusted = true;
    batch.sources.front().format = "";
    batch.outputs.insert(batch.outputs.begin(), output_row("out/" + odd, "photos/" + odd, 7, "width=64"));
    batch.outputs.front().row.made = false;
    batch.outputs.front().row.failed = true;
    Content content;
    for (SourceRecord row : batch.sources) {
      row.trusted_mtime = row.trusted;
      row.trusted = false;
      content.sources.push_back(row);
    }
    for (Batch::Output output : batch.outputs) {
      output.row.name = &VariantName::k_none;
      content.outputs.push_back({output.row, output.recipe});
    }
    std::sort(content.outputs.begin(), content.outputs.end(),
              [](const FullOutput& a, const FullOutput& b) { return a.row.path < b.row.path; });
    return content;
  }

  TempFolder folder_;
  std::string file_ = folder_ / "c/cache.db";
};

TEST_F(CacheMigrationTest, Version1IsReadAsItIsAndNotWritten) {
  const auto before = everything_in(folder_.path());
  for (const CacheMode mode : {CacheMode::read_only, CacheMode::read_write}) {
    const std::unique_ptr<Cache> cache = Cache::open(file_, mode);
    const CacheLoad result = cache->load();
    EXPECT_EQ(result.warning, "");
    EXPECT_TRUE(content_of(result.rows) == kept());
    EXPECT_EQ(cache->stats().schema, 1);
    EXPECT_EQ(cache->verify(), Strings());
    cache->commit({});
  }
  EXPECT_EQ(everything_in(folder_.path()), before);
}

TEST_F(CacheMigrationTest, TheFirstCommitBringsItUpToDateAndKeepsEveryRow) {
  const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
  const Batch batch{.sources = {source_record("z")},
                    .outputs = {output_row("z", "z", 3, "width=64")},
                    .forget_outputs = {},
                    .forget_sources = {}};
  cache->commit(batch);
  Content expected = kept();
  expected.sources.push_back(batch.sources.front());
  expected.outputs.push_back({batch.outputs.front().row, batch.outputs.front().recipe});
  EXPECT_TRUE(content_of(load(file_).rows) == expected);
  EXPECT_EQ(version(), 6);
  EXPECT_EQ(Cache::open(file_, CacheMode::read_only)->verify(), Strings());
  EXPECT_EQ(load(file_).rows.recipes.size(), 3U);
  cache->commit({.sources = {}, .outputs = {}, .forget_outputs = {"z"}, .forget_sources = {"z"}});
  EXPECT_TRUE(content_of(cache->load().rows) == kept());
  EXPECT_EQ(cache->take_warnings(), Strings());
  EXPECT_EQ(names_in(folder_ / "c"), Strings{"cache.db"});
}

// Version 2 is version 3 without an owner, and without the table of folders.
TEST_F(CacheMigrationTest, Version2KeepsEveryRowAndBelongsToNobody) {
  const std::string file = folder_ / "c/two.db";
  const Batch batch = sample(3);
  commit(file, batch);
  const Content before = content_of(load(file).rows);
  for (const char* sql : {"DROP TABLE owner", "DROP TABLE folders", "DROP TABLE pictures", "DROP TABLE parts",
                          "DROP TABLE failures", "PRAGMA user_version=2"})
    Database(file, Database::Mode::read_write).execute(sql);
  const std::unique_ptr<Cache> cache = Cache::open(file, CacheMode::read_write);
  EXPECT_EQ(cache->stats().schema, 2);
  EXPECT_EQ(cache->load().rows.owner, "");
  EXPECT_TRUE(content_of(cache->load().rows) == before);
  cache->commit({.sources = {}, .outputs = {}, .forget_outputs = {}, .forget_sources = {}, .owner = "../a.json"});
  EXPECT_EQ(cache->load().rows.owner, "../a.json");
  EXPECT_TRUE(content_of(load(file).rows) == before);
  EXPECT_EQ(Cache::open(file, CacheMode::read_only)->stats().schema, 6);
  EXPECT_EQ(cache->verify(), Strings());
}

TEST_F(CacheMigrationTest, Version2KeepsEveryRowToo) {
  std::filesystem::remove(file_);
  commit(file_, sample(3));
  const Content before = content_of(load(file_).rows);
  for (const char* sql : {"DROP TABLE folders", "DROP TABLE owner", "DROP TABLE pictures", "DROP TABLE parts",
                          "DROP TABLE failures", "PRAGMA user_version=2"})
    Database(file_, Database::Mode::read_write).execute(sql);
  EXPECT_TRUE(content_of(load(file_).rows) == before);
  EXPECT_EQ(Cache::open(file_, CacheMode::read_only)->made_folders(), Strings());
  Batch batch;
  batch.made_folders = {"out"};
  commit(file_, batch);
  EXPECT_EQ(version(), 6);
  EXPECT_TRUE(content_of(load(file_).rows) == before);
  EXPECT_EQ(Cache::open(file_, CacheMode::read_only)->made_folders(), Strings{"out"});
}

TEST_F(CacheMigrationTest, Version4KeepsEveryRowFolderAndPictureAndHasNoPart) {
  std::filesystem::remove(file_);
  Batch batch = sample(3);
  batch.made_folders = {"out"};
  batch.pictures = {{.hash = {.high = 1, .low = 2}, .width = 30, .height = 20, .alpha = true, .look = {}}};
  commit(file_, batch);
  const Content before = content_of(load(file_).rows);
  for (const char* sql : {"DROP TABLE parts", "DROP TABLE failures", "PRAGMA user_version=4"})
    Database(file_, Database::Mode::read_write).execute(sql);
  const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
  EXPECT_TRUE(cache->load_shards().empty());
  Batch part;
  part.shards = {{.index = 2, .count = 3, .finished = true, .rules = {.high = 1, .low = 2}}};
  cache->commit(part);
  EXPECT_EQ(version(), 6);
  EXPECT_EQ(cache->load_shards(), part.shards);
  EXPECT_EQ(cache->load_pictures(), batch.pictures);
  EXPECT_EQ(cache->made_folders(), Strings{"out"});
  EXPECT_TRUE(content_of(load(file_).rows) == before);
}

// Version 3 is version 6 without three tables: nothing is written anew.
TEST_F(CacheMigrationTest, Version3KeepsEveryRowAndFolderAndKnowsNoPictureYet) {
  std::filesystem::remove(file_);
  Batch batch = sample(3);
  batch.owner = "../a.json";
  batch.made_folders = {"out"};
  commit(file_, batch);
  const Content before = content_of(load(file_).rows);
  for (const char* sql : {"DROP TABLE pictures", "DROP TABLE parts", "DROP TABLE failures", "PRAGMA user_version=3"})
    Database(file_, Database::Mode::read_write).execute(sql);
  const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
  EXPECT_EQ(cache->stats().schema, 3);
  EXPECT_TRUE(cache->load_pictures().empty());
  Batch seen;
  seen.pictures = {{.hash = {.high = 1, .low = 2}, .width = 30, .height = 20, .alpha = true, .look = {}}};
  cache->commit(seen);
  EXPECT_EQ(version(), 6);
  EXPECT_EQ(cache->load_pictures(), seen.pictures);
  EXPECT_TRUE(content_of(load(file_).rows) == before);
  EXPECT_EQ(load(file_).rows.owner, "../a.json");
  EXPECT_EQ(cache->made_folders(), Strings{"out"});
  EXPECT_EQ(cache->verify(), Strings());
}

TEST_F(CacheMigrationTest, Version5KeepsEveryRowAndTellsOfLaterFailures) {
  std::filesystem::remove(file_);
  Batch batch = sample(3);
  batch.outputs.front().row.failed = true;
  batch.pictures = {{.hash = {.high = 1, .low = 2}, .width = 30, .height = 20, .alpha = true, .look = {}}};
  batch.shards = {{.index = 2, .count = 3, .finished = true, .rules = {.high = 1, .low = 2}}};
  commit(file_, batch);
  const Content before = content_of(load(file_).rows);
  for (const char* sql : {"DROP TABLE failures", "PRAGMA user_version=5"})
    Database(file_, Database::Mode::read_write).execute(sql);
  const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
  EXPECT_TRUE(content_of(cache->load().rows) == before);
  EXPECT_TRUE(cache->load_failures().empty());
  EXPECT_EQ(version(), 5);
  Batch failed;
  failed.failures = {{std::string(batch.outputs.front().row.path), "decode: no picture"}};
  cache->commit(failed);
  EXPECT_EQ(version(), 6);
  EXPECT_EQ(cache->load_failures(), failed.failures);
  EXPECT_EQ(cache->load_pictures(), batch.pictures);
  EXPECT_EQ(cache->load_shards(), batch.shards);
  EXPECT_TRUE(content_of(load(file_).rows) == before);
  EXPECT_EQ(cache->verify(), Strings());
}

TEST_F(CacheMigrationTest, ADamagedVersion1IsSetAside) {
  Database(file_, Database::Mode::read_write).execute("UPDATE sources SET inode=inode+1");
  EXPECT_NE(load(file_).warning, "");
  const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
  EXPECT_NE(cache->load().warning.find("cache.db.corrupt-1"), std::string::npos);
  cache->commit(sample(2));
  EXPECT_EQ(load(file_).rows.sources.size(), 2U);
}

}  // namespace
}  // namespace thumbs::cache_test
