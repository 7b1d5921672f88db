// A writer killed during a transaction leaves a journal: the next reader sees the state before.
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache/cache.h"
#include "cache/sqlite.h"
#include "cache_support.h"

namespace thumbs::cache_test {
using namespace cache;

namespace {

using Strings = std::vector<std::string>;

class CacheJournalTest : public testing::Test {
 protected:
  CacheJournalTest() {
    setenv("TMPDIR", temporary_.path().c_str(), 1);
    commit(file_, sample(300));
    good_ = content_of(load(file_).rows);
    const std::string sound = read_file(file_);
    die_while_writing();
    // Otherwise there would be nothing to roll back.
    EXPECT_NE(read_file(file_), sound);
    EXPECT_TRUE(std::filesystem::exists(file_ + "-journal"));
  }
  ~CacheJournalTest() override { unsetenv("TMPDIR"); }

  // With such a small page cache SQLite writes pages of an open transaction to the file.
  void die_while_writing() {
    const pid_t child = fork();
    if (child == 0) {
      Database database(file_, Database::Mode::read_write);
      database.execute("PRAGMA cache_size=1");
      const Transaction transaction(database, Transaction::Kind::write);
      database.execute("UPDATE outputs SET size=0, path=path||x'00'");
      database.execute("DELETE FROM sources");
      _exit(0);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }

  TempFolder temporary_;
  TempFolder folder_;
  std::string file_ = folder_ / "c/cache.db";
  Content good_;
};

TEST_F(CacheJournalTest, ReadingSeesTheStateBeforeAndLeavesNoTrace) {
  const auto before = everything_in(folder_.path());
  {
    const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_only);
    const CacheLoad result = cache->load();
    EXPECT_EQ(result.warning, "");
    EXPECT_EQ(content_of(result.rows), good_);
    EXPECT_EQ(cache->stats().sources, 300U);
    EXPECT_EQ(cache->verify(), Strings());
  }
  EXPECT_EQ(everything_in(folder_.path()), before);
  EXPECT_EQ(names_in(temporary_.path()), Strings());
}

TEST_F(CacheJournalTest, WritingRollsBackForGood) {
  const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
  EXPECT_EQ(content_of(cache->load().rows), good_);
  EXPECT_EQ(names_in(folder_ / "c"), (Strings{".gitignore", "cache.db"}));
  cache->commit(sample(301));
  EXPECT_EQ(load(file_).rows.sources.size(), 301U);
  EXPECT_EQ(names_in(temporary_.path()), Strings());
}

TEST_F(CacheJournalTest, AJournalThatComesWhileTheCacheIsOpenIsRolledBackToo) {
  const std::unique_ptr<Cache> reader = Cache::open(folder_ / "d/cache.db", CacheMode::read_only);
  commit(folder_ / "d/cache.db", sample(300));
  EXPECT_EQ(content_of(reader->load().rows), good_);
  std::filesystem::copy_file(file_ + "-journal", folder_ / "d/cache.db-journal");
  std::filesystem::copy_file(file_, folder_ / "d/cache.db", std::filesystem::copy_options::overwrite_existing);
  const auto before = everything_in(folder_.path());
  const CacheLoad result = reader->load();
  EXPECT_EQ(result.warning, "");
  EXPECT_EQ(content_of(result.rows), good_);
  EXPECT_EQ(everything_in(folder_.path()), before);
}

TEST_F(CacheJournalTest, ADamagedJournalGivesTheStateBeforeOrAWarning) {
  const std::string database = read_file(file_);
  const std::string journal = read_file(file_ + "-journal");
  for (std::size_t length = 0; length < journal.size(); length += length < 64 ? 7 : 7919) {
    SCOPED_TRACE(length);
    folder_.put("c/cache.db", database);
    folder_.put("c/cache.db-journal", journal.substr(0, length));
    const CacheLoad result = load(file_);
    const Content content = content_of(result.rows);
    EXPECT_TRUE(result.warning.empty() ? content == good_ : content.empty()) << result.warning;
  }
}

TEST_F(CacheJournalTest, AFirstCommitThatWasKilledLeavesAnEmptyCache) {
  const std::string file = folder_ / "new/cache.db";
  const pid_t child = fork();
  if (child == 0) {
    std::filesystem::create_directories(folder_ / "new");
    Database database(file, Database::Mode::create);
    database.execute("PRAGMA cache_size=1");
    const Transaction transaction(database, Transaction::Kind::write);
    database.execute("CREATE TABLE t(x)");
    database.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 2000) INSERT INTO t SELECT i FROM n");
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  ASSERT_TRUE(std::filesystem::exists(file + "-journal"));
  for (const CacheMode mode : {CacheMode::read_only, CacheMode::read_write}) {
    const CacheLoad result = load(file, mode);
    EXPECT_EQ(result.warning, "");
    EXPECT_TRUE(content_of(result.rows).empty());
  }
  commit(file, sample(2));
  EXPECT_EQ(load(file).rows.sources.size(), 2U);
  EXPECT_EQ(names_in(folder_ / "new"), Strings{"cache.db"});
}

}  // namespace
}  // namespace thumbs::cache_test
