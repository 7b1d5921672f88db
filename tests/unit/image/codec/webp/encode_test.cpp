// Files of the WebP encoder, read back by our decoder.
#include <gtest/gtest.h>
#include <webp/decode.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "image/codec/codec.h"
#include "image/codec/webp/webp.h"
#include "image/colour/colour.h"
#include "support/webps.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::samples_of;

Variant settings(int quality, bool lossless = false, int effort = 4) {
  Variant v;
  v.quality = quality;
  v.lossless = lossless;
  v.effort = effort;
  return v;
}

Picture decode(const Bytes& bytes) {
  MemorySource source(bytes);
  return open_picture(source, Limits{})->decode({1}, FailOn::truncated);
}

test::Pattern pattern() {
  return [](int c, double x, double y) {
    return c == 3 ? 1 + std::fmod(x * 9, 255) : std::fmod(c * 70 + x * 5 + y * 3, 256);
  };
}

TEST(WebpEncode, LosslessKeepsEveryPixel) {
  for (const bool alpha : {false, true}) {
    for (const int effort : {0, 4, 9}) {
      Picture picture = test::make_picture(ColourModel::rgb, 31, 17, pattern(), alpha);
      const Picture back = decode(encode_webp(picture, settings(80, true, effort)));
      if (alpha) premultiply(picture);
      EXPECT_EQ(samples_of(back), samples_of(picture)) << alpha << effort;
    }
  }
}

TEST(WebpEncode, GreyComesBackAsEqualChannels) {
  const Picture picture = test::make_picture(ColourModel::grey, 31, 17, pattern());
  const std::vector<unsigned> back = samples_of(decode(encode_webp(picture, settings(80, true))));
  const std::vector<unsigned> wanted = samples_of(picture);
  ASSERT_EQ(back.size(), 3 * wanted.size());
  for (std::size_t i = 0; i < back.size(); ++i) ASSERT_EQ(back[i], wanted[i % wanted.size()]);
}

TEST(WebpEncode, AlphaIsExactInLossyPicturesToo) {
  const Picture picture = test::make_picture(ColourModel::rgb, 40, 30, pattern(), true);
  const Picture back = decode(encode_webp(picture, settings(50)));
  for (int y = 0; y < 30; ++y)
    for (int x = 0; x < 40; ++x)
      ASSERT_EQ(back.planes[3].row<std::uint16_t>(y)[x], picture.planes[3].row<std::uint8_t>(y)[x] * 257);
}

TEST(WebpEncode, QualityAndEffortCostAndSaveBytes) {
  const Picture picture = test::make_picture(ColourModel::rgb, 128, 96, test::texture());
  std::size_t last = 0;
  for (const int quality : {5, 40, 75, 95}) {
    const std::size_t size = encode_webp(picture, settings(quality)).size();
    EXPECT_GT(size, last) << quality;
    last = size;
  }
  EXPECT_LT(encode_webp(picture, settings(75, false, 6)).size(), encode_webp(picture, settings(75, false, 0)).size());
  EXPECT_EQ(encode_webp(picture, settings(75, false, 9)), encode_webp(picture, settings(75, false, 6)));
  EXPECT_EQ(encode_webp(picture, settings(10, true)), encode_webp(picture, settings(90, true)))
      << "without loss quality says nothing";
}

TEST(WebpEncode, ProfileAndMetadataStandBesideThePicture) {
  const Picture picture = test::make_picture(ColourModel::rgb, 16, 16, pattern());
  const Bytes profile(301, std::byte{7}), exif = test::tiff_block(6), xmp(33, std::byte{'x'});
  const Bytes file = encode_webp(picture, settings(80), {.profile = profile, .exif = exif, .xmp = xmp, .iptc = {}});
  MemorySource source(file);
  const auto decoder = open_picture(source, Limits{});
  EXPECT_EQ(decoder->header().colours.profile, profile);
  EXPECT_EQ(decoder->header().orientation, 6);
  EXPECT_NE(std::search(file.begin(), file.end(), xmp.begin(), xmp.end()), file.end());
  EXPECT_EQ(samples_of(decoder->decode({1}, FailOn::warning)), samples_of(decode(encode_webp(picture, settings(80)))));
}

TEST(WebpEncode, AWhitePageStaysWhite) {
  const auto blue = [](int c, double, double) { return c == 2 ? 255.0 : 0.0; };
  const auto red = [](int c, double, double) { return c == 0 ? 180.0 : 40.0; };
  for (const test::Pattern& thing : {test::Pattern(blue), test::Pattern(red), test::texture(5)}) {
    const auto page = [&](int c, double x, double y) {
      return x > 66 && x < 149 && y > 61 && y < 130 && c < 3 ? thing(c, x, y) : 255.0;
    };
    for (const bool alpha : {false, true}) {
      const Picture picture = test::make_picture(ColourModel::rgb, 220, 200, page, alpha);
      for (int quality = 50; quality <= 100; quality += 3) {
        for (const int effort : {0, 4, 9}) {
          SCOPED_TRACE(std::to_string(quality) + " effort " + std::to_string(effort));
          const Bytes bytes = encode_webp(picture, settings(quality, false, effort));
          const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
          int width = 0, height = 0;
          const std::unique_ptr<std::uint8_t, decltype(&WebPFree)> pixels(
              WebPDecodeRGB(data, bytes.size(), &width, &height), WebPFree);
          ASSERT_EQ(width * height, 220 * 200);
          const std::uint8_t* above = pixels.get();
          const std::uint8_t* below = above + std::ptrdiff_t{165} * width * 3;
          EXPECT_EQ(*std::min_element(above, above + std::ptrdiff_t{45} * width * 3), 255);
          EXPECT_EQ(*std::min_element(below, below + std::ptrdiff_t{35} * width * 3), 255);
        }
      }
    }
  }
}

TEST(WebpEncode, SidesEndAt16383) {
  for (const auto& [width, height] : {std::pair{16383, 1}, {1, 16383}, {1, 1}}) {
    const Picture picture = test::make_picture(ColourModel::rgb, width, height, test::constant(80));
    const Picture back = decode(encode_webp(picture, settings(80)));
    EXPECT_EQ(back.width, width);
    EXPECT_EQ(back.height, height);
  }
  const Picture picture = test::make_picture(ColourModel::rgb, 16384, 1, test::constant(80));
  try {
    encode_webp(picture, settings(80));
    ADD_FAILURE() << "encoded";
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), "too-large");
  }
}

}  // namespace
}  // namespace thumbs::image
