// Our VP8 encoder: its blocks on every instruction set, and its files in libwebp's decoder.
#include <gtest/gtest.h>
#include <webp/decode.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "image/codec/webp/vp8/blocks.h"
#include "image/codec/webp/vp8/frame.h"
#include "image/resize/targets.h"
#include "unit/image/resize/restore_target.h"

namespace thumbs::image::vp8 {
namespace {

struct Random {
  std::mt19937 engine{11};
  int below(int n) { return static_cast<int>(engine() % static_cast<unsigned>(n)); }
  /// Noise of some width somewhere, or black and white.
  std::vector<std::uint8_t> samples(std::size_t count) {
    const int width = below(3) == 0 ? 256 : 1 + below(40), from = below(257 - width);
    const bool hard = below(6) == 0;
    std::vector<std::uint8_t> samples(count);
    for (std::uint8_t& sample : samples)
      sample = static_cast<std::uint8_t>(hard ? below(2) * 255 : from + below(width));
    return samples;
  }
};

bool same(const Coefficients& a, const Coefficients& b) { return std::equal(a.at, a.at + 16, b.at); }

void compare_blocks(Random& random) {
  const auto source = random.samples(64 * 64), prediction = random.samples(64 * 64), around = random.samples(16);
  const Samples a{source.data() + 5, 64}, b{prediction.data() + 7, 64};
  Edge edge;
  std::copy_n(around.begin(), 16, edge.at);
  Predictions found, wanted;
  predict(edge, a, found);
  plain::predict(edge, a, wanted);
  for (std::size_t mode = 0; mode < k_modes_4; ++mode) {
    EXPECT_TRUE(std::equal(found.at[mode], found.at[mode] + 16, wanted.at[mode])) << "mode " << mode;
    EXPECT_EQ(found.distance[mode], wanted.distance[mode]) << "mode " << mode;
  }
  EXPECT_EQ(distance(a, b, 16, 16), plain::distance(a, b, 16, 16));
  Coefficients coefficients = transformed(a, b), expected = plain::transformed(a, b);
  EXPECT_TRUE(same(coefficients, expected));
  const Quantiser quantiser = Quantiser::of(4 + random.below(154), 4 + random.below(281), 128, 90 + random.below(50));
  const int first = random.below(2);
  Levels levels{}, expected_levels{};
  quantise(coefficients, quantiser, first, levels);
  plain::quantise(expected, quantiser, first, expected_levels);
  EXPECT_TRUE(same(coefficients, expected));
  EXPECT_EQ(levels.last, expected_levels.last);
  EXPECT_TRUE(std::equal(levels.at, levels.at + 16, expected_levels.at));
  std::array<std::uint8_t, 4 * 9> out{}, expected_out{};
  EXPECT_EQ(restored(coefficients, a, b, {out.data(), 9}), plain::restored(expected, a, b, {expected_out.data(), 9}));
  EXPECT_EQ(out, expected_out);
}

TEST(Vp8Blocks, AreTheSameOnEveryInstructionSet) {
  const test::RestoreTarget restore;
  for (const ResizeTarget& target : resize_targets()) {
    use_resize_target(target);
    Random random;
    for (int round = 0; round < 400 && !HasFailure(); ++round) {
      SCOPED_TRACE(target.name + ", round " + std::to_string(round));
      compare_blocks(random);
    }
  }
}

TEST(Vp8Blocks, ATransformIsUndone) {
  Random random;
  for (int round = 0; round < 500; ++round) {
    const auto source = random.samples(16), prediction = random.samples(16);
    std::array<std::uint8_t, 16> out{};
    restored(transformed({source.data(), 4}, {prediction.data(), 4}), {source.data(), 4}, {prediction.data(), 4},
             {out.data(), 4});
    for (std::size_t i = 0; i < 16; ++i) ASSERT_NEAR(out[i], source[i], 1) << round;
  }
}

TEST(Vp8Blocks, TheTransformOfDcsIsUndone) {
  Random random;
  for (int round = 0; round < 500; ++round) {
    Coefficients blocks[16], back[16];
    for (Coefficients& block : blocks) block.at[0] = static_cast<std::int16_t>(random.below(4081) - 2040);
    spread_dcs(gathered_dcs(blocks), back);
    for (std::size_t i = 0; i < 16; ++i) ASSERT_NEAR(back[i].at[0], blocks[i].at[0], 1) << round;
  }
}

struct OwnYuv {
  std::vector<std::uint8_t> y, u, v;
  Yuv yuv;
  OwnYuv(int width, int height, Random& random) {
    const auto size = [](int w, int h) { return static_cast<std::size_t>(w) * static_cast<std::size_t>(h); };
    const int half_width = (width + 1) / 2, half_height = (height + 1) / 2;
    y = random.samples(size(width, height));
    u = random.samples(size(half_width, half_height));
    v = random.samples(size(half_width, half_height));
    yuv = {width, height, {y.data(), width}, {u.data(), half_width}, {v.data(), half_width}};
  }
};

/// The most that a decoder's samples differ by from the picture's; fails where it cannot read the file.
int largest_error(const OwnYuv& picture, const std::vector<std::byte>& file) {
  WebPDecoderConfig config;
  WebPInitDecoderConfig(&config);
  config.output.colorspace = MODE_YUV;
  const VP8StatusCode status = WebPDecode(reinterpret_cast<const std::uint8_t*>(file.data()), file.size(), &config);
  EXPECT_EQ(status, VP8_STATUS_OK);
  EXPECT_EQ(config.output.width, picture.yuv.width);
  EXPECT_EQ(config.output.height, picture.yuv.height);
  if (status != VP8_STATUS_OK) return 256;
  const WebPYUVABuffer& out = config.output.u.YUVA;
  int most = 0;
  const auto compare = [&](Samples in, const std::uint8_t* got, int stride, int width, int height) {
    for (int row = 0; row < height; ++row)
      for (int x = 0; x < width; ++x)
        most = std::max(most, std::abs(in.at[row * in.stride + x] - got[row * stride + x]));
  };
  const int half_width = (picture.yuv.width + 1) / 2, half_height = (picture.yuv.height + 1) / 2;
  compare(picture.yuv.y, out.y, out.y_stride, picture.yuv.width, picture.yuv.height);
  compare(picture.yuv.u, out.u, out.u_stride, half_width, half_height);
  compare(picture.yuv.v, out.v, out.v_stride, half_width, half_height);
  WebPFreeDecBuffer(&config.output);
  return most;
}

// At quality 100 no loop filter works, and a quantiser's step is 4: where encoder and decoder do not agree on a
// prediction, or on a token, errors are far larger.
TEST(Vp8, ADecoderHasWhatTheEncoderHas) {
  Random random;
  for (const auto& [width, height] : {std::pair{1, 1}, {16, 16}, {17, 33}, {64, 48}, {99, 5}, {3, 80}, {130, 131}}) {
    for (int effort = 0; effort <= 6; ++effort) {
      for (int round = 0; round < 4; ++round) {
        SCOPED_TRACE(std::to_string(width) + " × " + std::to_string(height) + ", effort " + std::to_string(effort));
        const OwnYuv picture(width, height, random);
        ASSERT_LE(largest_error(picture, encode(picture.yuv, 100, effort)), 10);
      }
    }
  }
}

TEST(Vp8, EveryQualityCanBeRead) {
  Random random;
  for (int quality = 1; quality <= 100; quality += 3) {
    SCOPED_TRACE(quality);
    const OwnYuv picture(70, 50, random);
    EXPECT_LT(largest_error(picture, encode(picture.yuv, quality, quality % 7)), 256);
  }
}

TEST(Vp8, AFileIsTheSameOnEveryInstructionSet) {
  const test::RestoreTarget restore;
  Random random;
  const OwnYuv picture(120, 90, random);
  const std::vector<std::byte> file = encode(picture.yuv, 75, 4);
  for (const ResizeTarget& target : resize_targets()) {
    use_resize_target(target);
    EXPECT_EQ(encode(picture.yuv, 75, 4), file) << target.name;
  }
}

TEST(Vp8, APictureWhoseModesHaveNoRoomIsLeftToLibwebp) {
  const std::vector<std::uint8_t> row(4112, 80);
  const Samples samples{row.data(), 0};
  EXPECT_TRUE(encode({4112, 4096, samples, samples, samples}, 80, 0).empty());
}

}  // namespace
}  // namespace thumbs::image::vp8
