// Rows that are written: filters are undone to what was filtered, large pictures are deflated in pieces.
#include "image/codec/png/filter.h"

#include <gtest/gtest.h>

#include <random>

#include "image/codec/png/fast/unfilter.h"
#include "image/codec/png/png.h"
#include "support/pictures.h"

namespace thumbs::image {
namespace {

TEST(PngFilter, FilteredRowsGiveTheRowsBack) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (const std::size_t pixel_bytes : {1U, 2U, 3U, 4U})
    for (const std::size_t pixels : {1U, 2U, 33U})
      for (const bool choose : {false, true}) {
        const std::size_t size = pixels * pixel_bytes;
        PngFilter filter(size, pixel_bytes, choose);
        std::vector<std::uint8_t> row(size), above(size + k_unfilter_slack), back(above), filtered(size + 1);
        unsigned used = 0;
        for (int y = 0; y < 60; ++y) {
          const unsigned slope = random() % 8, noise = y % 2 == 0 ? 256 : 4;
          for (std::size_t i = 0; i < size; ++i) row[i] = static_cast<std::uint8_t>(i * slope + random() % noise);
          filter.add(row, filtered.data());
          ASSERT_LE(filtered[0], choose ? 4 : 0);
          used |= 1U << filtered[0];
          unfilter_plain({filtered.data(), 1, size, pixel_bytes}, above.data(), back.data());
          ASSERT_TRUE(std::equal(row.begin(), row.end(), back.begin())) << "row " << y;
          above = back;
        }
        EXPECT_TRUE(!choose || pixels < 33 || used != 1) << "no filter was ever of use";
      }
}

TEST(PngEncode, PicturesOfEverySizeComeBackAtEveryLevel) {
  for (const int side : {1, 7, 64, 900}) {
    const Picture in = test::make_picture(ColourModel::rgb, side, side, test::texture());
    for (const int level : {0, 1, 6, 7, 9}) {
      if (side > 64 && level > 1) continue;
      SCOPED_TRACE(std::to_string(side) + " at " + std::to_string(level));
      Variant settings;
      settings.compression_level = level;
      const test::Bytes bytes = encode_png(in, settings);
      MemorySource source(bytes);
      const auto decoder = open_picture(source, Limits{});
      decoder->save_memory();  // libpng reads it
      EXPECT_EQ(test::samples_of(decoder->decode({1}, FailOn::warning)), test::samples_of(in));
      EXPECT_TRUE(decoder->warnings().empty());
    }
  }
}

}  // namespace
}  // namespace thumbs::image
