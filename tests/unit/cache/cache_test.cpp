// Loading returns what was committed.
#include "cache/cache.h"

#include <limits>

#include "cache/sqlite.h"
#include "cache_support.h"

namespace thumbs::cache_test {
using namespace cache;

namespace {

class CacheTest : public testing::Test {
 protected:
  Content stored() {
    const CacheLoad result = load(file_);
    EXPECT_EQ(result.warning, "");
    return content_of(result.rows);
  }
  std::vector<std::string> recipes() {
    std::vector<std::string> settings;
    for (const RecipeText& recipe : load(file_).rows.recipes) settings.push_back(recipe.settings);
    std::sort(settings.begin(), settings.end());
    return settings;
  }

  TempFolder folder_;
  std::string file_ = folder_ / ".thumbs/cache.db";
};

using Strings = std::vector<std::string>;

TEST_F(CacheTest, EveryFieldComesBackAsItWasWritten) {
  const std::string bytes("a\0b\n'\"\xff\xfe;--", 11);
  SourceRecord extreme = source_record("photos/" + bytes);
  extreme.stat_data = {.size = std::numeric_limits<std::uint64_t>::max(),
                       .mtime_ns = std::numeric_limits<std::int64_t>::min(),
                       .ctime_ns = std::numeric_limits<std::int64_t>::max(),
                       .inode = std::numeric_limits<std::uint64_t>::max() - 1};
  extreme.trusted = true;
  extreme.format = "";
  Batch::Output output = output_row("out/" + bytes, "photos/" + bytes, 7, bytes);
  output.row.size = std::numeric_limits<std::uint64_t>::max();
  output.row.mtime_ns = -1;
  output.row.width = std::numeric_limits<std::uint32_t>::max();
  output.row.height = 0;
  output.row.made = false;
  output.row.failed = true;
  const VariantName odd{"s\xff 1", ""};
  output.row.name = &odd;
  commit(file_, {.sources = {extreme}, .outputs = {output}, .forget_outputs = {}, .forget_sources = {}});
  EXPECT_EQ(stored(), (Content{.sources = {extreme}, .outputs = {{output.row, output.recipe}}}));
}

TEST_F(CacheTest, RowsComeSortedByTheBytesOfTheirPaths) {
  Batch batch;
  for (const char* path : {"b", "a/z", "\xff", "a-b", "", "B", "a", "\x7f"}) {
    batch.sources.push_back(source_record(path));
    batch.outputs.push_back(output_row(path, "s"));
  }
  commit(file_, batch);
  const Content content = stored();
  Strings sources, outputs;
  for (const SourceRecord& row : content.sources) sources.emplace_back(row.path);
  for (const FullOutput& output : content.outputs) outputs.emplace_back(output.row.path);
  const Strings sorted{"", "B", "a", "a-b", "a/z", "b", "\x7f", "\xff"};
  EXPECT_EQ(sources, sorted);
  EXPECT_EQ(outputs, sorted);
}

TEST_F(CacheTest, LaterRowsReplaceEarlierOnes) {
  commit(file_, sample(3));
  Batch change;
  SourceRecord source = sample(3).sources[1];
  source.hash.low = 999;
  Batch::Output output = sample(3).outputs[2];
  output.row.size = 12345;
  output.recipe.settings = "width=64";
  change.sources = {source};
  change.outputs = {sample(3).outputs[2], output};
  commit(file_, change);
  const Content content = stored();
  EXPECT_EQ(content.sources.size(), 3U);
  EXPECT_EQ(content.outputs.size(), 6U);
  EXPECT_TRUE(std::find(content.sources.begin(), content.sources.end(), source) != content.sources.end());
  const auto found = std::find_if(content.outputs.begin(), content.outputs.end(),
                                  [&](const FullOutput& o) { return o.row.path == output.row.path; });
  ASSERT_NE(found, content.outputs.end());
  EXPECT_EQ(*found, (FullOutput{output.row, output.recipe}));
}

TEST_F(CacheTest, ForgottenRowsAreGoneAndUnknownOnesNoFault) {
  const Batch batch = sample(2);
  commit(file_, batch);
  Batch forget;
  forget.forget_sources = {std::string(batch.sources[0].path), "never/heard.of"};
  for (const std::size_t i : {0U, 1U, 1U}) forget.forget_outputs.emplace_back(batch.outputs[i].row.path);
  forget.forget_outputs.emplace_back("no");
  commit(file_, forget);
  const Content content = stored();
  EXPECT_EQ(content.sources, std::vector<SourceRecord>{batch.sources[1]});
  EXPECT_EQ(content.outputs.size(), 2U);
}

TEST_F(CacheTest, WhatIsForgottenAndPutInOneBatchIsThere) {
  Batch batch = sample(1);
  batch.forget_sources = {std::string(batch.sources[0].path)};
  batch.forget_outputs = {std::string(batch.outputs[0].row.path)};
  commit(file_, batch);
  commit(file_, batch);
  EXPECT_EQ(stored().sources.size(), 1U);
  EXPECT_EQ(stored().outputs.size(), 2U);
}

TEST_F(CacheTest, RecipesAreKeptOnceAndOnlyWhileAnOutputUsesThem) {
  commit(file_, sample(5));
  EXPECT_EQ(recipes(), (Strings{"width=1600", "width=256"}));

  Batch replace;
  for (Batch::Output output : sample(5).outputs) {
    if (output.recipe.settings == "width=256") output.recipe.settings = "width=300";
    replace.outputs.push_back(output);
  }
  commit(file_, replace);
  EXPECT_EQ(recipes(), (Strings{"width=1600", "width=300"}));

  Batch forget;
  for (const Batch::Output& output : replace.outputs) {
    if (output.recipe.settings == "width=1600") forget.forget_outputs.emplace_back(output.row.path);
  }
  commit(file_, forget);
  EXPECT_EQ(recipes(), Strings{"width=300"});
  EXPECT_EQ(stored().outputs.size(), 5U);
}

TEST_F(CacheTest, RecipesThatDifferInOnePartAreTwo) {
  Batch batch;
  batch.outputs = {output_row("a", "s"), output_row("b", "s"), output_row("c", "s"), output_row("d", "s")};
  batch.outputs[1].recipe.stages += ";encode=2";
  batch.outputs[2].recipe.libraries = "";
  // The parts must stay separate.
  batch.outputs[3].recipe = {
      .settings = "width=256decode=1;resize=1", .stages = "", .libraries = "libjpeg-turbo 2.1.5"};
  commit(file_, batch);
  EXPECT_EQ(load(file_).rows.recipes.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(stored().outputs[i].recipe, batch.outputs[i].recipe);
  }
}

TEST_F(CacheTest, ManyCommitsOverOneConnectionAddUp) {
  const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
  const Batch all = sample(12);
  for (std::size_t i = 0; i < all.sources.size(); ++i) {
    Batch batch;
    batch.sources = {all.sources[i]};
    batch.outputs = {all.outputs[2 * i], all.outputs[2 * i + 1]};
    cache->commit(batch);
  }
  TempFolder other;
  commit(other / "at once.db", all);
  EXPECT_EQ(content_of(cache->load().rows), content_of(load(other / "at once.db").rows));
  EXPECT_EQ(cache->verify(), Strings());
}

TEST_F(CacheTest, TwoConnectionsSeeEachOthersCommits) {
  const std::unique_ptr<Cache> one = Cache::open(file_, CacheMode::read_write);
  const std::unique_ptr<Cache> two = Cache::open(file_, CacheMode::read_write);
  one->commit({.sources = {source_record("one")}, .outputs = {}, .forget_outputs = {}, .forget_sources = {}});
  two->commit({.sources = {source_record("two")},
               .outputs = {output_row("o", "two")},
               .forget_outputs = {},
               .forget_sources = {}});
  one->commit({.sources = {source_record("three")},
               .outputs = {output_row("p", "two")},
               .forget_outputs = {},
               .forget_sources = {}});
  EXPECT_EQ(one->load().rows.sources.size(), 3U);
  EXPECT_EQ(content_of(one->load().rows), content_of(two->load().rows));
  EXPECT_EQ(one->load().warning, "");
}

TEST_F(CacheTest, MemoryServesAsACache) {
  const std::unique_ptr<Cache> cache = Cache::open(":memory:", CacheMode::read_write);
  EXPECT_TRUE(content_of(cache->load().rows).empty());
  cache->commit(sample(4));
  EXPECT_EQ(cache->load().rows.outputs.size(), 8U);
  EXPECT_EQ(cache->stats().sources, 4U);
  EXPECT_EQ(cache->verify(), Strings());
}

TEST_F(CacheTest, StatsCountWhatIsThere) {
  const Cache::Stats none = Cache::open(file_, CacheMode::read_only)->stats();
  EXPECT_EQ(none.file_bytes + none.sources + none.outputs + none.recipes, 0U);
  commit(file_, sample(3));
  const Cache::Stats stats = Cache::open(file_, CacheMode::read_only)->stats();
  EXPECT_EQ(stats.file_bytes, std::filesystem::file_size(file_));
  EXPECT_EQ(stats.sources, 3U);
  EXPECT_EQ(stats.outputs, 6U);
  EXPECT_EQ(stats.recipes, 2U);
  EXPECT_EQ(stats.schema, 6);
}

TEST_F(CacheTest, FoldersThatWereMadeAreKnownUntilTheyAreGone) {
  const auto known = [&] {
    std::vector<std::string> folders = Cache::open(file_, CacheMode::read_only)->made_folders();
    std::ranges::sort(folders);
    return folders;
  };
  Batch batch;
  batch.made_folders = {"out", "out/a\xff", "out/b"};
  EXPECT_EQ(known(), Strings());
  commit(file_, batch);
  commit(file_, batch);
  EXPECT_EQ(known(), batch.made_folders);
  Batch gone;
  gone.gone_folders = {"out/b", "out/none"};
  commit(file_, gone);
  EXPECT_EQ(known(), (Strings{"out", "out/a\xff"}));
}

TEST_F(CacheTest, ACommitThatFindsAReaderInItsWayIsBusyAndTheNextSucceeds) {
  commit(file_, sample(1));
  const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
  {
    Database reader(file_, Database::Mode::read_only);
    const Transaction transaction(reader, Transaction::Kind::read);
    reader.number("SELECT count(*) FROM sources");
    EXPECT_EQ(error_of([&] { cache->commit(sample(2)); }).code(), ErrorCode::busy);
    EXPECT_EQ(stored().sources.size(), 1U);
  }
  cache->commit(sample(2));
  EXPECT_EQ(stored().sources.size(), 2U);
}

TEST_F(CacheTest, RemembersWhoseItIs) {
  const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
  EXPECT_EQ(cache->load().rows.owner, "");
  const std::string odd("../a\0\n\xff.json", 12);
  for (const std::string& owner : {std::string("../a.json"), odd}) {
    Batch batch = sample(2);
    batch.owner = owner;
    cache->commit(batch);
    cache->commit(sample(3));  // without an owner: keeps the recorded one
    EXPECT_EQ(load(file_).rows.owner, owner);
  }
  EXPECT_EQ(cache->verify(), std::vector<std::string>());
  Batch batch;
  EXPECT_TRUE(batch.empty());
  batch.owner = "b.json";
  EXPECT_FALSE(batch.empty());
}

TEST(Shards, ThoseOfAnotherSetAreForgotten) {
  const std::unique_ptr<Cache> cache = Cache::open(":memory:", CacheMode::read_write);
  const Hash128 rules{.high = 1, .low = 2}, others{.high = 1, .low = 3};
  const auto after = [&](ShardRecord record) {
    Batch batch;
    batch.shards = {record};
    cache->commit(batch);
    std::string text;
    for (const ShardRecord& s : cache->load_shards())
      text += std::to_string(s.index) + "/" + std::to_string(s.count) + (s.finished ? "+ " : "- ");
    return text;
  };
  EXPECT_EQ(after({2, 3, false, rules}), "2/3- ");
  EXPECT_EQ(after({2, 3, true, rules}), "2/3+ ");
  EXPECT_EQ(after({1, 3, true, rules}), "1/3+ 2/3+ ");
  EXPECT_EQ(after({1, 4, true, rules}), "1/4+ ");
  EXPECT_EQ(after({2, 4, true, rules}), "1/4+ 2/4+ ");
  EXPECT_EQ(after({3, 4, true, others}), "3/4+ ");
  // No run writes these, but whoever made another machine's cache might.
  EXPECT_EQ(after({0, 0, true, rules}), "");
  EXPECT_EQ(after({5, 4, true, rules}), "");
  EXPECT_EQ(after({1, 4000000000, true, rules}), "");
  Batch batch;
  batch.forget_shards = true;
  cache->commit(batch);
  EXPECT_TRUE(cache->load_shards().empty());
}

}  // namespace
}  // namespace thumbs::cache_test
