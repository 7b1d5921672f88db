// Properties of every filter that the SIMD code relies on: sums, magnitudes, windows inside the plane.
#include "image/resize/kernel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>

#include "unit/image/resize/resize_support.h"

namespace thumbs::image {
namespace {

struct Taps {
  long sum = 0;
  long magnitudes = 0;
  long last_set = -1;
};

Taps taps_of(const AxisFilter& filter, int output) {
  Taps taps;
  for (int t = 0; t < 2 * filter.pair_counts[static_cast<std::size_t>(output)]; ++t) {
    const std::int32_t pair = filter.window(output)[t / 2];
    const auto tap = static_cast<std::int16_t>(t % 2 == 0 ? pair & 0xFFFF : pair >> 16);
    taps.sum += tap;
    taps.magnitudes += std::abs(tap);
    if (tap != 0) taps.last_set = t;
  }
  return taps;
}

long largest_segment(const AxisFilter& filter, int output) {
  long largest = 0;
  const int count = filter.pair_counts[static_cast<std::size_t>(output)];
  for (int t = 0; t < count; t += filter.segment_pairs) {
    long sum = 0;
    for (int p = t; p < std::min(count, t + filter.segment_pairs); ++p) {
      const std::int32_t pair = filter.window(output)[p];
      sum += std::abs(static_cast<std::int16_t>(pair & 0xFFFF)) + std::abs(static_cast<std::int16_t>(pair >> 16));
    }
    largest = std::max(largest, sum);
  }
  return largest;
}

void expect_sound(const AxisSpec& spec) {
  const AxisFilter filter = make_filter(spec);
  ASSERT_EQ(filter.starts.size(), static_cast<std::size_t>(spec.outputs));
  ASSERT_LE(filter.bits, 22);
  ASSERT_GE(filter.segment_pairs, 1);
  if (!spec.byte_samples) {
    ASSERT_EQ(filter.bits - filter.segment_shift, 14);
  }
  for (int i = 0; i < spec.outputs; ++i) {
    const int start = filter.starts[static_cast<std::size_t>(i)];
    const Taps taps = taps_of(filter, i);
    ASSERT_EQ(taps.sum, 1L << filter.bits);
    ASSERT_LT(taps.magnitudes, 2L << filter.bits);
    ASSERT_GE(start, 0);
    ASSERT_LT(start + taps.last_set, spec.samples);
    if (spec.even_starts) {
      ASSERT_EQ(start % 2, 0);
    }
    // Products with int16 samples must fit 32 bits.
    if (!spec.byte_samples) {
      ASSERT_LT(largest_segment(filter, i), 1L << 16);
    }
  }
}

TEST(Kernel, WindowsSumToOneAndFitTheirIntegers) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto any = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  for (int round = 0; round < 3000; ++round) {
    AxisSpec spec;
    spec.full = any(1, round % 10 == 0 ? 70000 : 900);
    spec.pitch = any(1, 8);
    spec.samples = static_cast<int>((spec.full + spec.pitch - 1) / spec.pitch);
    spec.resized = any(1, 300);
    spec.offset = any(0, spec.resized - 1);
    spec.out_pitch = any(1, 2);
    spec.outputs = (any(1, spec.resized - spec.offset) + spec.out_pitch - 1) / spec.out_pitch;
    spec.mirrored = any(0, 1) == 1;
    spec.even_starts = any(0, 1) == 1;
    spec.byte_samples = any(0, 1) == 1;
    spec.kernel = test::k_kernels[any(0, 6)];
    SCOPED_TRACE("round " + std::to_string(round) + ": " + std::to_string(spec.full) + " to " +
                 std::to_string(spec.resized) + ", kernel " + std::to_string(static_cast<int>(spec.kernel)));
    ASSERT_NO_FATAL_FAILURE(expect_sound(spec));
  }
}

TEST(Kernel, MirroringReversesEveryWindow) {
  for (const Kernel kernel : test::k_kernels) {
    AxisSpec spec{.full = 97, .resized = 31, .outputs = 31, .samples = 97, .byte_samples = true, .kernel = kernel};
    const AxisFilter plain = make_filter(spec);
    spec.mirrored = true;
    const AxisFilter mirrored = make_filter(spec);
    for (int i = 0; i < 31; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const long first = plain.starts[at];
      const long last = first + taps_of(plain, i).last_set;
      EXPECT_EQ(mirrored.starts[at], 96 - last);
      EXPECT_EQ(mirrored.starts[at] + taps_of(mirrored, i).last_set, 96 - first);
    }
  }
}

TEST(Kernel, EqualWeightsStayEqualToOneUnit) {
  // 16384 / 62 is 264.26: what rounding leaves over must not pile up in one tap.
  const AxisSpec spec{.full = 62, .resized = 1, .outputs = 1, .samples = 62, .kernel = Kernel::box};
  const AxisFilter filter = make_filter(spec);
  ASSERT_EQ(filter.bits, 14);
  ASSERT_EQ(filter.pair_counts.front(), 31);
  for (int t = 0; t < 31; ++t) {
    for (const int tap : {filter.window(0)[t] & 0xFFFF, filter.window(0)[t] >> 16}) {
      EXPECT_GE(tap, 264);
      EXPECT_LE(tap, 265);
    }
  }
}

TEST(Kernel, LongWindowsGetFinerWeights) {
  AxisSpec spec{.full = 6000, .resized = 2, .outputs = 2, .samples = 6000};
  EXPECT_EQ(make_filter(spec).bits, 22);
  EXPECT_EQ(make_filter(spec).segment_shift, 8);
  spec.byte_samples = true;
  EXPECT_EQ(make_filter(spec).bits, 22);
  spec.full = spec.samples = 6;
  EXPECT_LT(make_filter(spec).bits, 18);
}

TEST(Kernel, AnAxisThatIsNotScaledIsCopied) {
  for (const Kernel kernel : test::k_kernels) {
    const AxisSpec spec{.full = 50, .resized = 50, .offset = 3, .outputs = 40, .samples = 50, .kernel = kernel};
    const AxisFilter filter = make_filter(spec);
    EXPECT_TRUE(filter.single_tap);
    for (int i = 0; i < 40; ++i) EXPECT_EQ(filter.starts[static_cast<std::size_t>(i)], i + 3);
  }
}

}  // namespace
}  // namespace thumbs::image
