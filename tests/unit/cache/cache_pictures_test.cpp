// What the cache knows of contents: kept by hash, whatever becomes of paths; damage costs a decode and nothing else.
#include "cache/cache.h"
#include "cache/sqlite.h"
#include "cache_support.h"

namespace thumbs::cache_test {
using namespace cache;

namespace {

class CachePicturesTest : public testing::Test {
 protected:
  static PictureRecord seen(const SourceRecord& source, std::uint32_t width) {
    return {.hash = source.hash, .width = width, .height = 7, .alpha = width % 2 == 0, .look = {}};
  }

  static PictureLook look(std::uint8_t seed) {
    PictureLook look;
    look.dominant_colour = {seed, 0, 255};
    look.thumbhash_bytes = 3;
    look.thumbhash = {1, 0, seed};
    return look;
  }

  std::vector<PictureRecord> pictures() const { return Cache::open(file_, CacheMode::read_only)->load_pictures(); }

  TempFolder folder_;
  std::string file_ = folder_ / "cache.db";
};

TEST_F(CachePicturesTest, AreSortedByHashAndWhole) {
  Batch batch = sample(3);
  for (const SourceRecord& source : batch.sources) batch.pictures.push_back(seen(source, 65535));
  batch.pictures[1].look = look(9);
  batch.pictures[2].alpha = true;
  commit(file_, batch);
  std::ranges::sort(batch.pictures, {}, &PictureRecord::hash);
  EXPECT_EQ(pictures(), batch.pictures);
}

TEST_F(CachePicturesTest, ALookStaysUntilAnotherOneIsKnown) {
  Batch batch = sample(1);
  batch.pictures = {seen(batch.sources.front(), 40)};
  batch.pictures.front().look = look(1);
  commit(file_, batch);
  batch.pictures.front().look.reset();
  commit(file_, batch);
  ASSERT_EQ(pictures().size(), 1U);
  EXPECT_EQ(pictures().front().look, look(1));
  batch.pictures.front().look = look(2);
  commit(file_, batch);
  EXPECT_EQ(pictures().front().look, look(2));
}

TEST_F(CachePicturesTest, AreForgottenWithTheLastSourceOfTheirContent) {
  Batch batch = sample(2);
  batch.sources[1].hash = batch.sources[0].hash;
  batch.pictures = {seen(batch.sources.front(), 40)};
  commit(file_, batch);
  Batch forget;
  forget.forget_sources = {std::string(batch.sources[0].path)};
  commit(file_, forget);
  EXPECT_EQ(pictures(), batch.pictures);
  forget.forget_sources = {std::string(batch.sources[1].path)};
  commit(file_, forget);
  EXPECT_TRUE(pictures().empty());
}

TEST_F(CachePicturesTest, ADamagedOneIsLeftOutAndNamedByVerify) {
  Batch batch = sample(2);
  for (const SourceRecord& source : batch.sources) batch.pictures.push_back(seen(source, 40));
  commit(file_, batch);
  const SourceRecord& second = batch.sources[1];
  Database(file_, Database::Mode::read_write)
      .execute("UPDATE pictures SET width=41 WHERE hash=x'" + second.hash.hex() + "'");
  EXPECT_EQ(pictures(), std::vector{batch.pictures[0]});
  EXPECT_EQ(Cache::open(file_, CacheMode::read_only)->verify().size(), 1U);
  EXPECT_EQ(load(file_).warning, "");
}

}  // namespace
}  // namespace thumbs::cache_test
