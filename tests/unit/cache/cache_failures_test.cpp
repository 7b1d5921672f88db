// Why outputs could not be made: kept as long as they are recorded as failed.
#include "cache/cache.h"
#include "cache/sqlite.h"
#include "cache_support.h"

namespace thumbs::cache_test {
using namespace cache;

namespace {

class CacheFailuresTest : public testing::Test {
 protected:
  CacheFailuresTest() {
    for (Batch::Output& output : batch_.outputs) {
      output.row.failed = true;
      batch_.failures.push_back({std::string(output.row.path), "decode: \xff\n of " + std::string(output.row.path)});
    }
    std::ranges::sort(batch_.failures);
    commit(file_, batch_);
  }

  std::vector<FailureRecord> failures() const { return Cache::open(file_, CacheMode::read_only)->load_failures(); }

  std::vector<FailureRecord> all_but_first() const { return {batch_.failures.begin() + 1, batch_.failures.end()}; }

  // The output of the first failure.
  Batch::Output first() const {
    return *std::ranges::find(batch_.outputs, batch_.failures.front().output,
                              [](const Batch::Output& output) { return std::string(output.row.path); });
  }

  TempFolder folder_;
  std::string file_ = folder_ / "cache.db";
  Batch batch_ = sample(3);
};

TEST_F(CacheFailuresTest, AreSortedByOutputAndWhole) { EXPECT_EQ(failures(), batch_.failures); }

TEST_F(CacheFailuresTest, ALaterCauseReplacesTheEarlierOne) {
  Batch later;
  later.failures = {{batch_.failures.front().output, "read: it is gone"}};
  commit(file_, later);
  ASSERT_EQ(failures().size(), batch_.failures.size());
  EXPECT_EQ(failures().front(), later.failures.front());
}

TEST_F(CacheFailuresTest, OneGoesWhenItsOutputIsMade) {
  Batch made;
  made.outputs = {first()};
  made.outputs.front().row.failed = false;
  commit(file_, made);
  EXPECT_EQ(failures(), all_but_first());
}

TEST_F(CacheFailuresTest, OneStaysWhereItsOutputIsRecordedAsFailedAgain) {
  Batch again;
  again.outputs = {first()};
  commit(file_, again);
  EXPECT_EQ(failures(), batch_.failures);
}

TEST_F(CacheFailuresTest, OneGoesWithTheRecordOfItsOutput) {
  Batch forget;
  forget.forget_outputs = {batch_.failures.front().output};
  commit(file_, forget);
  EXPECT_EQ(failures(), all_but_first());
}

TEST_F(CacheFailuresTest, NoneIsKeptOfAnOutputThatIsNotRecordedAsFailed) {
  Batch batch;
  batch.outputs = {output_row("out/sound.jpg", "in/sound.jpg")};
  batch.failures = {{"out/sound.jpg", "decode: no picture"}, {"out/unknown.jpg", "decode: no picture"}};
  commit(file_, batch);
  EXPECT_EQ(failures(), batch_.failures);
}

TEST_F(CacheFailuresTest, ADamagedOneIsLeftOut) {
  Database(file_, Database::Mode::read_write)
      .execute("UPDATE failures SET message='x' WHERE output=CAST('" + batch_.failures.front().output + "' AS BLOB)");
  EXPECT_EQ(failures(), all_but_first());
  EXPECT_EQ(load(file_).warning, "");
}

}  // namespace
}  // namespace thumbs::cache_test
