// From samples to quantised blocks: the forward DCT and plain quantisation, on every instruction set.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "image/codec/codec.h"
#include "image/codec/jpeg/jpeg.h"
#include "image/codec/jpeg/trellis/dct.h"
#include "image/codec/jpeg/trellis/plain.h"
#include "image/codec/jpeg/zigzag.h"
#include "image/resize/targets.h"
#include "support/pictures.h"
#include "unit/image/resize/resize_support.h"
#include "unit/image/resize/restore_target.h"

namespace thumbs::image {
namespace {

/// T.81's FDCT in double precision, in zigzag order, times k_dct_scale.
std::array<double, 64> exact_dct(const std::array<const std::uint8_t*, 8>& rows, std::size_t column) {
  const auto c = [](int k) { return k == 0 ? std::sqrt(0.125) : 0.5; };
  std::array<double, 64> coefficients{};
  for (std::size_t k = 0; k < 64; ++k) {
    const int u = k_zigzag[k] % 8, v = k_zigzag[k] / 8;
    double sum = 0;
    for (std::size_t y = 0; y < 8; ++y)
      for (std::size_t x = 0; x < 8; ++x)
        sum += (rows[y][column + x] - 128) * std::cos((2.0 * static_cast<double>(x) + 1) * u * M_PI / 16) *
               std::cos((2.0 * static_cast<double>(y) + 1) * v * M_PI / 16);
    coefficients[k] = sum * c(u) * c(v) * k_dct_scale;
  }
  return coefficients;
}

constexpr std::size_t k_dct_blocks = 3;

TEST(JpegDct, IsTheTransformOfT81) {
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    std::uint8_t samples[8][8 * k_dct_blocks];
    std::array<const std::uint8_t*, 8> rows{};
    for (std::size_t y = 0; y < 8; ++y) {
      for (std::uint8_t& sample : samples[y]) sample = static_cast<std::uint8_t>(round == 0 ? 255 : random() % 256);
      rows[y] = samples[y];
    }
    std::array<std::int16_t, 64 * k_dct_blocks> coefficients{};
    forward_dct(rows, k_dct_blocks, coefficients.data());
    for (std::size_t b = 0; b < k_dct_blocks; ++b) {
      const std::array<double, 64> exact = exact_dct(rows, b * 8);
      for (std::size_t k = 0; k < 64; ++k) EXPECT_NEAR(coefficients[b * 64 + k], exact[k], 0.51) << b << ' ' << k;
    }
  }
}

TEST(JpegQuantise, GivesTheNearestValuesAndTellsWhichAreNotZero) {
  std::mt19937 random(6);
  for (int round = 0; round < 200; ++round) {
    std::array<std::uint16_t, 64> table{};
    for (std::uint16_t& step : table) step = static_cast<std::uint16_t>(1 + random() % 255);
    const JpegSteps steps(table, 1);
    std::array<std::int16_t, 64 * 2> coefficients{};
    for (std::int16_t& c : coefficients) c = static_cast<std::int16_t>(static_cast<int>(random() % 16385) - 8192);
    coefficients[9] = static_cast<std::int16_t>(-table[9] * k_dct_scale / 2);  // half a step: away from 0
    std::array<std::int16_t, 64 * 2> values{};
    std::array<std::uint64_t, 2> set{};
    quantise_nearest(coefficients, steps, values.data(), set.data());
    EXPECT_EQ(values[9], -1);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const int step = table[i % 64] * k_dct_scale;
      EXPECT_LE(std::abs(values[i] * step - coefficients[i]) * 2, step) << i;
      const bool tells = (set[i / 64] >> i % 64 & 1) != 0;
      EXPECT_EQ(tells, i % 64 != 0 && values[i] != 0) << i;
    }
  }
}

TEST(JpegEncode, EveryInstructionSetGivesTheSameBytes) {
  const test::RestoreTarget restore;
  std::mt19937 random(7);
  for (const auto& [width, height] : {std::pair{61, 47}, {8, 8}, {1, 1}, {129, 16}}) {
    const Picture in = test::grey_picture(test::noise_plane(random, width, height, 1));
    for (const int effort : {4, 9}) {
      Variant settings;
      settings.effort = effort;
      test::Bytes first;
      for (const ResizeTarget& target : resize_targets()) {
        SCOPED_TRACE(target.name + ", " + std::to_string(width) + " wide, effort " + std::to_string(effort));
        use_resize_target(target);
        const test::Bytes bytes = encode_jpeg(in, settings);
        if (first.empty()) first = bytes;
        EXPECT_EQ(bytes, first);
      }
    }
  }
}

}  // namespace
}  // namespace thumbs::image
