// Damaged files load either the same records, or none with a warning. Never other records, never an error.
#include <random>

#include "cache/cache.h"
#include "cache/sqlite.h"
#include "cache_support.h"

namespace thumbs::cache_test {
using namespace cache;

namespace {

using Strings = std::vector<std::string>;

// The offset of SQLite's user_version: damage there looks like a newer version, which is rejected.
constexpr std::size_t k_user_version_at = 60;
constexpr std::size_t k_user_version_bytes = 4;

class CacheDamageTest : public testing::Test {
 protected:
  CacheDamageTest() {
    commit(file_, sample(120));
    good_ = content_of(load(file_).rows);
    whole_ = read_file(file_);
  }

  // A new file: overwriting one may wait for the disk.
  void put(const std::string& bytes) {
    std::filesystem::remove(file_);
    folder_.put("c/cache.db", bytes);
  }

  // Writes `bytes` as the cache and loads it read-only: the same records, or none with a warning.
  void check_reading(const std::string& bytes) {
    put(bytes);
    const auto before = everything_in(folder_.path());
    const CacheLoad result = load(file_);
    const Content content = content_of(result.rows);
    if (result.warning.empty()) {
      EXPECT_TRUE(content == good_ || (bytes.size() <= 1 && content.empty())) << "other rows, and no warning";
    } else {
      EXPECT_TRUE(content.empty());
      EXPECT_NE(result.warning.find(file_), std::string::npos) << result.warning;
    }
    EXPECT_EQ(everything_in(folder_.path()), before);
  }

  // The same read-write: a corrupt file is set aside unchanged. Commits are slow.
  void check_writing(const std::string& bytes, bool with_commit) {
    put(bytes);
    const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
    const CacheLoad result = cache->load();
    if (!result.warning.empty()) {
      EXPECT_TRUE(content_of(result.rows).empty());
      EXPECT_EQ(read_file(file_ + ".corrupt-1"), bytes);
      EXPECT_NE(result.warning.find(file_ + ".corrupt-1"), std::string::npos) << result.warning;
      EXPECT_FALSE(std::filesystem::exists(file_));
    }
    if (with_commit) {
      cache->commit(sample(120));
      EXPECT_EQ(content_of(load(file_).rows), good_);
    }
    clear();
  }

  // Loaded records survive a commit that finds damage; it warns once.
  void check_commit(const std::string& bytes) {
    put(bytes);
    const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
    const bool sound = cache->load().warning.empty();
    Batch change;
    for (int i = 0; i < 40; ++i)
      change.sources.push_back(source_record("photos/picture " + std::to_string(i * 7) + "+"));
    cache->commit(change);
    const CacheLoad result = load(file_);
    EXPECT_EQ(result.warning, "");
    EXPECT_EQ(result.rows.sources.size(), change.sources.size() + (sound ? good_.sources.size() : 0));
    EXPECT_EQ(content_of(result.rows).outputs.size(), sound ? good_.outputs.size() : 0);
    const Strings warnings = cache->take_warnings();
    EXPECT_EQ(warnings.size(), sound && std::filesystem::exists(file_ + ".corrupt-1") ? 1U : 0U);
    salvaged_ += warnings.empty() ? 0 : 1;
    EXPECT_EQ(cache->take_warnings(), Strings());
    clear();
  }

  // Removes the files of earlier commits.
  void clear() {
    std::filesystem::remove(file_ + ".corrupt-1");
    std::filesystem::remove(file_);
  }

  std::vector<std::size_t> pages() const {
    std::vector<std::size_t> starts;
    for (std::size_t page = 4096; page < whole_.size(); page += 4096) starts.push_back(page);
    return starts;
  }

  TempFolder folder_;
  std::string file_ = folder_ / "c/cache.db";
  Content good_;
  std::string whole_;
  int salvaged_ = 0;  // commits that found damage that reading had not
};

TEST_F(CacheDamageTest, TruncatedAtAnyLength) {
  ASSERT_GT(whole_.size(), 40'000U);
  for (std::size_t length = 0; length < whole_.size(); length += length < 600 ? 1 : 509) {
    SCOPED_TRACE(length);
    check_reading(whole_.substr(0, length));
  }
  for (std::size_t length = 0; length < whole_.size(); length += length < 200 ? 17 : 2039) {
    SCOPED_TRACE(length);
    check_writing(whole_.substr(0, length), length % 4 == 0);
  }
}

TEST_F(CacheDamageTest, FlippedBytes) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 1500; ++i) {
    std::string bytes = whole_;
    // Damage matters most in the headers of the file and its pages.
    const std::size_t page = random() % (bytes.size() / 4096) * 4096;
    const std::size_t at = i % 2 == 0 ? random() % bytes.size() : page + random() % 120;
    if (at >= k_user_version_at && at < k_user_version_at + k_user_version_bytes) continue;
    bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 + random() % 255));
    SCOPED_TRACE("byte " + std::to_string(at) + " is " + std::to_string(static_cast<unsigned char>(bytes[at])));
    check_reading(bytes);
    if (i % 5 == 0) check_writing(bytes, i % 100 == 0);
    if (i % 100 == 50) check_commit(bytes);
    if (HasFailure()) return;
  }
}

TEST_F(CacheDamageTest, EveryByteOfTheHeader) {
  for (std::size_t at = 0; at < 200; ++at) {
    if (at >= k_user_version_at && at < k_user_version_at + k_user_version_bytes) continue;
    for (const int flip : {0x01, 0x02, 0x03, 0x80, 0xff}) {
      SCOPED_TRACE("byte " + std::to_string(at) + " flipped by " + std::to_string(flip));
      std::string bytes = whole_;
      bytes[at] = static_cast<char>(bytes[at] ^ flip);
      check_reading(bytes);
      check_writing(bytes, at % 20 == 0 && flip == 1);
    }
  }
}

TEST_F(CacheDamageTest, PagesOfAnotherMoment) {
  Batch change = sample(120);
  for (Batch::Output& output : change.outputs) output.row.size += 1;
  commit(file_, change);
  const std::string later = read_file(file_);
  ASSERT_EQ(later.size(), whole_.size());
  int told = 0;
  for (std::size_t page = 4096; page < whole_.size(); page += 4096) {
    if (later.compare(page, 4096, whole_, page, 4096) == 0) continue;
    SCOPED_TRACE(page);
    std::string bytes = whole_;
    bytes.replace(page, 4096, later, page, 4096);
    check_reading(bytes);
    told += load(file_).warning.empty() ? 0 : 1;
  }
  EXPECT_GT(told, 5);
}

struct Change {
  const char* name;
  std::vector<const char*> sql;
};

const Change k_changes[] = {
    {"a table missing", {"DROP TABLE sources"}},
    {"a column more", {"ALTER TABLE outputs ADD COLUMN more"}},
    {"a column of another name", {"ALTER TABLE sources RENAME COLUMN size TO bytes"}},
    {"a table more", {"CREATE TABLE mine(x)"}},
    {"a trigger", {"CREATE TRIGGER t AFTER INSERT ON sources BEGIN DELETE FROM outputs; END"}},
    {"no totals", {"DELETE FROM totals"}},
    {"totals twice", {"INSERT INTO totals SELECT * FROM totals"}},
    {"another hash algorithm", {"UPDATE totals SET algorithm='md5'"}},
    {"a row changed", {"UPDATE outputs SET size=size+1"}},
    {"a row lost", {"DELETE FROM sources WHERE path IN (SELECT path FROM sources LIMIT 1)"}},
    {"all outputs lost", {"DELETE FROM outputs"}},
    {"a recipe lost", {"DELETE FROM recipes WHERE id=1"}},
    {"a hash too short", {"UPDATE sources SET hash=x'00'"}},
    {"a number that is none", {"UPDATE outputs SET width='wide'"}},
    {"a number out of range", {"UPDATE outputs SET width=-1"}},
    {"another owner", {"UPDATE owner SET manifest='another.json'"}},
    {"no owner", {"DELETE FROM owner"}},
    {"two owners", {"INSERT INTO owner SELECT * FROM owner"}},
    {"uses miscounted", {"UPDATE recipes SET uses=uses+1"}},
    {"version 0", {"PRAGMA user_version=0"}},
    {"version 1", {"PRAGMA user_version=1"}},
    {"version 2", {"PRAGMA user_version=2"}},
    {"a negative version", {"PRAGMA user_version=-5"}},
    {"another application", {"PRAGMA application_id=1234"}},
    {"another application's later version", {"PRAGMA application_id=1234", "PRAGMA user_version=7"}},
};

TEST_F(CacheDamageTest, WellFormedDatabasesThatAreNotAsWeLeftThem) {
  for (const Change& change : k_changes) {
    SCOPED_TRACE(change.name);
    folder_.put("c/cache.db", whole_);
    for (const char* sql : change.sql) Database(file_, Database::Mode::read_write).execute(sql);
    const std::string bytes = read_file(file_);
    check_reading(bytes);
    EXPECT_NE(load(file_).warning, "");
    EXPECT_NE(Cache::open(file_, CacheMode::read_only)->verify(), Strings());
    check_writing(bytes, true);
  }
}

TEST_F(CacheDamageTest, ADatabaseWithAWriteAheadLogIsNotOpened) {
  Database(file_, Database::Mode::read_write).execute("PRAGMA journal_mode=WAL");
  const std::string bytes = read_file(file_);
  check_reading(bytes);
  EXPECT_NE(load(file_).warning, "");
  EXPECT_EQ(names_in(folder_ / "c"), (Strings{".gitignore", "cache.db"}));
  check_writing(bytes, true);
}

TEST_F(CacheDamageTest, WhatIsSetAsideGetsTheFirstFreeNumberAndItsJournalGoesAlong) {
  folder_.put("c/cache.db.corrupt-1", "mine");
  folder_.put("c/cache.db.corrupt-2-journal", "mine too");
  folder_.put("c/cache.db", std::string("SQLite format 3\0", 16) + std::string(5000, '\xff'));
  folder_.put("c/cache.db-journal", "its journal");
  const CacheLoad result = load(file_, CacheMode::read_write);
  EXPECT_NE(result.warning.find("cache.db.corrupt-3"), std::string::npos) << result.warning;
  EXPECT_EQ(names_in(folder_ / "c"), (Strings{".gitignore", "cache.db.corrupt-1", "cache.db.corrupt-2-journal",
                                              "cache.db.corrupt-3", "cache.db.corrupt-3-journal"}));
  EXPECT_EQ(read_file(file_ + ".corrupt-1"), "mine");
  EXPECT_EQ(read_file(file_ + ".corrupt-3-journal"), "its journal");
}

TEST_F(CacheDamageTest, VerifyNamesDamageAndLeavesItAlone) {
  EXPECT_EQ(Cache::open(file_, CacheMode::read_only)->verify(), Strings());
  const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
  Database(file_, Database::Mode::read_write).execute("UPDATE sources SET inode=inode+1");
  const auto before = everything_in(folder_.path());
  EXPECT_FALSE(cache->verify().empty());
  EXPECT_EQ(everything_in(folder_.path()), before);
}

// A record with a claimed length of nearly 4 GiB and a text of 2000 bytes, of which a page holds a part. SQLite
// computes that the rest needs no pages, allocates 0 bytes, and reports a lack of memory.
TEST_F(CacheDamageTest, ALengthThatNoRecordHasIsDamageAndNoLackOfMemory) {
  constexpr char k_leaf_page = 0x0a;
  constexpr std::string_view k_record("\xff\xff\xff\xf0\0\x06\x9f\x2d\x01\x01\x01", 11);
  int told = 0;
  for (const std::size_t page : pages()) {
    SCOPED_TRACE(page);
    if (whole_[page] != k_leaf_page) continue;
    const auto number = [&](std::size_t at) {
      return std::size_t{static_cast<unsigned char>(whole_[page + at])} * 256 +
             std::size_t{static_cast<unsigned char>(whole_[page + at + 1])};
    };
    std::size_t lowest_cell = 4096;
    for (std::size_t cell = 0; cell < number(3); ++cell) lowest_cell = std::min(lowest_cell, number(8 + 2 * cell));
    std::string bytes = whole_;
    bytes.replace(page + lowest_cell, k_record.size(), k_record);
    check_reading(bytes);
    told += load(file_).warning.find("impossible length") == std::string::npos ? 0 : 1;
    check_writing(bytes, true);
  }
  EXPECT_GT(told, 3);
}

TEST_F(CacheDamageTest, FreeSpaceThatIsNotFreeDoesNotStopACommit) {
  for (const std::size_t page : pages())
    for (const std::size_t at : {1, 2, 5, 6, 7}) {
      for (const int flip : {0x01, 0x0f, 0x62, 0xff}) {
        SCOPED_TRACE("byte " + std::to_string(page + at) + " flipped by " + std::to_string(flip));
        std::string bytes = whole_;
        bytes[page + at] = static_cast<char>(bytes[page + at] ^ flip);
        check_commit(bytes);
      }
    }
  EXPECT_GT(salvaged_, 10);
}

TEST_F(CacheDamageTest, DamageThatComesWhileTheCacheIsOpenDoesNotStopACommit) {
  const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
  Database(file_, Database::Mode::read_write).execute("DROP TABLE outputs");
  const std::string before = read_file(file_);
  cache->commit(sample(1));
  EXPECT_EQ(load(file_).rows.outputs.size(), 2U);
  EXPECT_EQ(load(file_).rows.sources.size(), 1U);
  EXPECT_EQ(read_file(file_ + ".corrupt-1"), before);
  EXPECT_EQ(cache->take_warnings().size(), 1U);
}

}  // namespace
}  // namespace thumbs::cache_test
