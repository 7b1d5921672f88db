// Encoding AVIF ends early although its libraries cannot be interrupted, and a process of its own gives the same bytes.
#include "unit/image/codec/given_up.h"

#include <gtest/gtest.h>

#include "image/codec/avif/avif.h"
#include "image/codec/picture_apart.h"

namespace thumbs::image {
namespace {

using test::Step;

std::vector<Step> encodes() {
  const auto encode = [in = test::given(ColourModel::rgb)] {
    encode_avif(*in, test::given_up_settings(OutputFormat::avif, 9));
  };
  return {{"avif", encode}};
}

TEST(AvifGivenUp, AnEncodeEndsWhenTheRunIsToStop) { test::expect_interrupted(encodes()); }

TEST(AvifGivenUp, AnEncodeEndsWhenItsTimeIsUsedUp) { test::expect_too_slow(encodes()); }

// 2900 × 2900 pixels of one colour: enough for a process of its own, and soon coded.
test::Bytes large() {
  const Picture picture = test::make_picture(ColourModel::grey, 2900, 2900, test::constant(120));
  return encode_avif(picture, test::given_up_settings(OutputFormat::avif, 0));
}

TEST(AvifGivenUp, ALargeDecodeEndsToo) {
  const test::Bytes bytes = large();
  test::expect_interrupted({test::decode_step("avif", bytes)});
  test::expect_too_slow({test::decode_step("avif", bytes)});
}

TEST(AvifGivenUp, ALargePictureIsDecodedAsASmallOneIs) {
  const test::Bytes bytes = large();
  MemorySource whole(bytes);
  test::PieceSource pieces(bytes, 100);
  for (ByteSource* source : {static_cast<ByteSource*>(&whole), static_cast<ByteSource*>(&pieces)}) {
    const Picture picture = open_picture(*source, Limits{})->decode({10}, FailOn::truncated);
    EXPECT_EQ(picture.width, 2900);
    ASSERT_EQ(picture.planes.size(), 1U);
    EXPECT_EQ(picture.planes[0].width, 290);
    EXPECT_EQ(picture.planes[0].pitch_x, 10);
    for (const unsigned sample : test::samples_of(picture)) ASSERT_NEAR(sample, 120, 1);
  }
}

TEST(PictureApart, ComesBackAsItWas) {
  for (const bool alpha : {false, true}) {
    for (const ColourModel model : {ColourModel::grey, ColourModel::rgb}) {
      const test::Given picture = test::given(model, alpha);
      const auto back = picture_apart([&] { return std::move(*test::given(model, alpha)); });
      ASSERT_TRUE(back);
      EXPECT_EQ(back->model, model);
      EXPECT_EQ(back->alpha, alpha);
      EXPECT_EQ(test::samples_of(*back), test::samples_of(*picture));
    }
  }
}

}  // namespace
}  // namespace thumbs::image
