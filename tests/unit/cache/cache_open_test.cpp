// Opening: what it creates, leaves alone and rejects.
#include <sys/resource.h>

#include <csignal>

#include "cache/cache.h"
#include "cache/schema.h"
#include "cache/sqlite.h"
#include "cache_support.h"

namespace thumbs::cache_test {
using namespace cache;

namespace {

using Strings = std::vector<std::string>;

class CacheOpenTest : public testing::Test {
 protected:
  TempFolder folder_;
  std::string file_ = folder_ / "a/b/cache.db";
};

TEST_F(CacheOpenTest, NothingIsMadeBeforeTheFirstCommitWithContent) {
  const auto before = everything_in(folder_.path());
  for (const CacheMode mode : {CacheMode::read_only, CacheMode::read_write}) {
    const std::unique_ptr<Cache> cache = Cache::open(file_, mode);
    const CacheLoad result = cache->load();
    EXPECT_TRUE(content_of(result.rows).empty());
    EXPECT_EQ(result.warning, "");
    EXPECT_EQ(cache->stats().file_bytes, 0U);
    EXPECT_EQ(cache->verify(), Strings());
    cache->commit({});
  }
  EXPECT_EQ(everything_in(folder_.path()), before);
}

TEST_F(CacheOpenTest, TheFirstCommitMakesFolderGitignoreAndFile) {
  commit(file_, sample(1));
  EXPECT_EQ(names_in(folder_ / "a"), Strings{"b"});
  EXPECT_EQ(names_in(folder_ / "a/b"), (Strings{".gitignore", "cache.db"}));
  EXPECT_EQ(read_file(folder_ / "a/b/.gitignore"), "*\n");
}

TEST_F(CacheOpenTest, AFolderThatIsThereGetsNoGitignore) {
  std::filesystem::create_directories(folder_ / "a/b");
  commit(file_, sample(1));
  EXPECT_EQ(names_in(folder_ / "a/b"), Strings{"cache.db"});
}

TEST_F(CacheOpenTest, ReadingLeavesNoTrace) {
  commit(file_, sample(200));
  const auto before = everything_in(folder_.path());
  for (const CacheMode mode : {CacheMode::read_only, CacheMode::read_write}) {
    const std::unique_ptr<Cache> cache = Cache::open(file_, mode);
    EXPECT_EQ(cache->load().rows.sources.size(), 200U);
    EXPECT_EQ(cache->stats().sources, 200U);
    EXPECT_EQ(cache->verify(), Strings());
    cache->commit({});
    EXPECT_EQ(everything_in(folder_.path()), before);
  }
  EXPECT_EQ(everything_in(folder_.path()), before);
}

TEST_F(CacheOpenTest, ACacheOpenedForReadingCannotBeWritten) {
  commit(file_, sample(1));
  const auto before = everything_in(folder_.path());
  const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_only);
  EXPECT_EQ(error_of([&] { cache->commit(sample(2)); }).code(), ErrorCode::unwritable);
  EXPECT_EQ(everything_in(folder_.path()), before);
}

TEST_F(CacheOpenTest, AFileWithoutAByteIsAnEmptyCache) {
  folder_.put("a/b/cache.db", "");
  EXPECT_EQ(load(file_).warning, "");
  EXPECT_EQ(load(file_, CacheMode::read_write).warning, "");
  commit(file_, sample(1));
  EXPECT_EQ(load(file_).rows.sources.size(), 1U);
  EXPECT_EQ(names_in(folder_ / "a/b"), Strings{"cache.db"});
}

TEST_F(CacheOpenTest, ANewerVersionIsRefusedUntouched) {
  commit(file_, sample(3));
  for (const int version : {k_schema_version + 1, 50, 99, 1'000'000}) {
    SCOPED_TRACE(version);
    Database(file_, Database::Mode::read_write).execute("PRAGMA user_version=" + std::to_string(version));
    const auto before = everything_in(folder_.path());
    for (const CacheMode mode : {CacheMode::read_only, CacheMode::read_write}) {
      const Error error = error_of([&] { Cache::open(file_, mode); });
      EXPECT_EQ(error.code(), ErrorCode::usage);
      const std::string text = error.what();
      EXPECT_NE(text.find(file_), text.npos) << text;
      EXPECT_NE(text.find("version " + std::to_string(version)), text.npos) << text;
      EXPECT_NE(text.find("version " + std::to_string(k_schema_version)), text.npos) << text;
      EXPECT_EQ(everything_in(folder_.path()), before);
    }
  }
}

TEST_F(CacheOpenTest, ANewerVersionMayHaveOtherTables) {
  std::filesystem::create_directories(folder_ / "a/b");
  Database(file_, Database::Mode::create).execute("PRAGMA user_version=" + std::to_string(k_schema_version + 1));
  Database(file_, Database::Mode::create).execute("CREATE TABLE anything(x)");
  EXPECT_EQ(error_of([&] { Cache::open(file_, CacheMode::read_write); }).code(), ErrorCode::usage);
}

struct Foreign {
  const char* name;
  std::string bytes;
};

TEST_F(CacheOpenTest, WhatNeverWasACacheIsRefusedUntouched) {
  const Foreign files[] = {
      {"a JPEG", std::string("\xff\xd8\xff\xe0\0\x10JFIF", 10) + std::string(5000, 'x')},
      {"a PNG", "\x89PNG\r\n\x1a\n and more"},
      {"a WebP", "RIFF1234WEBPVP8 "},
      {"an AVIF", std::string("\0\0\0\x20"
                              "ftypavif",
                              12)},
      {"a manifest", "\n{\n  \"sets\": []\n}\n"},
      {"a JSON text with a comment", "// mine\n{}"},
      {"a page", "<!doctype html>"},
  };
  for (const Foreign& foreign : files) {
    SCOPED_TRACE(foreign.name);
    folder_.put("a/b/cache.db", foreign.bytes);
    const auto before = everything_in(folder_.path());
    for (const CacheMode mode : {CacheMode::read_only, CacheMode::read_write})
      EXPECT_EQ(error_of([&] { Cache::open(file_, mode); }).code(), ErrorCode::usage);
    EXPECT_EQ(everything_in(folder_.path()), before);
  }
}

TEST_F(CacheOpenTest, AnotherApplicationsDatabaseIsRefusedUntouched) {
  std::filesystem::create_directories(folder_ / "a/b");
  Database(file_, Database::Mode::create).execute("CREATE TABLE letters(text)");
  for (const int id : {0, 1234}) {
    Database(file_, Database::Mode::read_write).execute("PRAGMA application_id=" + std::to_string(id));
    const auto before = everything_in(folder_.path());
    for (const CacheMode mode : {CacheMode::read_only, CacheMode::read_write})
      EXPECT_EQ(error_of([&] { Cache::open(file_, mode); }).code(), ErrorCode::usage);
    EXPECT_EQ(everything_in(folder_.path()), before);
  }
}

struct Obstacle {
  const char* name;
  void (*make)(const TempFolder&);
};

constexpr Obstacle k_obstacles[] = {
    {"a folder in its place", [](const TempFolder& f) { std::filesystem::create_directories(f / "a/b/cache.db/x"); }},
    {"a file in its folder's place", [](const TempFolder& f) { f.put("a/b", "mine"); }},
    {"a pipe in its place",
     [](const TempFolder& f) {
       std::filesystem::create_directories(f / "a/b");
       ASSERT_EQ(mkfifo((f / "a/b/cache.db").c_str(), 0666), 0);
     }},
    {"links that go round",
     [](const TempFolder& f) {
       std::filesystem::create_directories(f / "a/b");
       std::filesystem::create_symlink("cache.db", f / "a/b/cache.db");
     }},
    {"a folder in its journal's place",
     [](const TempFolder& f) {
       commit(f / "a/b/cache.db", sample(1));
       std::filesystem::create_directories(f / "a/b/cache.db-journal/x");
     }},
};

TEST_F(CacheOpenTest, WhatIsInTheWayIsNeverTakenForCorruption) {
  for (const Obstacle& obstacle : k_obstacles) {
    for (const CacheMode mode : {CacheMode::read_only, CacheMode::read_write}) {
      SCOPED_TRACE(std::string(obstacle.name) + (mode == CacheMode::read_only ? ", reading" : ", writing"));
      const TempFolder folder;
      obstacle.make(folder);
      const auto before = everything_in(folder.path());
      const Error error = error_of([&] {
        const std::unique_ptr<Cache> cache = Cache::open(folder / "a/b/cache.db", mode);
        cache->load();
        cache->commit(sample(1));
      });
      EXPECT_TRUE(error.code() == ErrorCode::unwritable || error.code() == ErrorCode::io) << error.what();
      EXPECT_EQ(everything_in(folder.path()), before);
    }
  }
}

// Limits the size of files to `bytes` during its lifetime, like a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

TEST_F(CacheOpenTest, ACommitWithoutSpaceChangesNothingAndTheNextSucceeds) {
  // With 400 the journal does not fit.
  for (const int committed : {0, 5, 400}) {
    SCOPED_TRACE(committed);
    const TempFolder folder;
    const std::string file = folder / "c/cache.db";
    if (committed > 0) commit(file, sample(committed));
    const Content before = content_of(load(file).rows);
    const std::unique_ptr<Cache> cache = Cache::open(file, CacheMode::read_write);
    {
      const FileSizeLimit limit(24 << 10);
      const Error error = error_of([&] { cache->commit(sample(500)); });
      EXPECT_EQ(error.code(), ErrorCode::no_space) << error.what();
    }
    EXPECT_EQ(content_of(load(file).rows), before);
    EXPECT_EQ(load(file).warning, "");
    cache->commit(sample(500));
    EXPECT_EQ(load(file).rows.sources.size(), 500U);
    EXPECT_EQ(names_in(folder / "c"), (Strings{".gitignore", "cache.db"}));
  }
}

TEST_F(CacheOpenTest, AFileThatIsTakenAwayMeanwhileIsNotWrittenInto) {
  commit(file_, sample(1));
  const std::unique_ptr<Cache> cache = Cache::open(file_, CacheMode::read_write);
  cache->commit(sample(2));
  std::filesystem::rename(file_, file_ + ".moved");
  EXPECT_EQ(error_of([&] { cache->commit(sample(3)); }).code(), ErrorCode::unwritable);
}

TEST_F(CacheOpenTest, ALinkToTheFileIsFollowed) {
  commit(folder_ / "real/cache.db", sample(1));
  std::filesystem::create_directories(folder_ / "a/b");
  std::filesystem::create_symlink(folder_ / "real/cache.db", file_);
  commit(file_, sample(2));
  EXPECT_TRUE(std::filesystem::is_symlink(file_));
  EXPECT_EQ(load(folder_ / "real/cache.db").rows.sources.size(), 2U);
}

}  // namespace
}  // namespace thumbs::cache_test
