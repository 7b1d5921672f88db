#include "image/codec/webp/vp8/plan.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>

namespace thumbs::image::vp8 {
namespace {

/// By quality: libwebp's scale, moved by up to two where the same SSIM then takes fewer bytes.
constexpr std::uint8_t k_indices[101] = {
    127, 103, 96, 92, 89, 86, 83, 81, 79, 77, 75, 73, 72, 70, 69, 68, 66, 65, 64, 63, 62, 62, 62, 61, 60, 59,
    58,  57,  56, 55, 54, 53, 53, 52, 51, 50, 50, 49, 48, 47, 47, 46, 45, 45, 44, 43, 43, 42, 42, 41, 40, 40,
    39,  39,  38, 38, 37, 37, 36, 35, 35, 34, 34, 33, 33, 32, 32, 31, 31, 30, 30, 30, 29, 29, 28, 28, 26, 25,
    24,  23,  21, 20, 19, 18, 16, 15, 14, 13, 11, 10, 9,  8,  7,  6,  5,  4,  3,  2,  1,  0,  0};

constexpr int k_log_bits = 4;

/// The logarithm, between powers of two by a straight line.
int log2_sixteenths(unsigned value) {
  const int whole = static_cast<int>(std::bit_width(value)) - 1;
  const unsigned behind = (value << k_log_bits >> whole) & ((1U << k_log_bits) - 1);
  return (whole << k_log_bits) + static_cast<int>(behind);
}

/// The mean logarithm of its 4×4 blocks' variances.
int activity_of(const Source& source) {
  int sum = 0;
  for (int block = 0; block < 16; ++block) {
    const std::uint8_t* at = source.y + block / 4 * 64 + block % 4 * 4;
    unsigned total = 0, squares = 0;
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 4; ++x) {
        const unsigned value = at[y * 16 + x];
        total += value;
        squares += value * value;
      }
    }
    sum += log2_sixteenths(1 + (squares * 16 - total * total) / 256);
  }
  return sum / 16;
}

using Centres = std::array<int, k_most_segments>;

std::size_t nearest(const Centres& centres, int activity) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < k_most_segments; ++i)
    if (std::abs(activity - centres[i]) < std::abs(activity - centres[best])) best = i;
  return best;
}

/// Means of four groups of the values, each value in the group whose mean is nearest.
Centres grouped(const std::vector<std::uint8_t>& activities) {
  std::array<std::int64_t, 256> counts{};
  for (const std::uint8_t activity : activities) ++counts[activity];
  const auto [least, most] = std::minmax_element(activities.begin(), activities.end());
  Centres centres;
  for (std::size_t i = 0; i < k_most_segments; ++i)
    centres[i] = *least + (*most - *least) * static_cast<int>(2 * i + 1) / static_cast<int>(2 * k_most_segments);
  for (int round = 0; round < 6; ++round) {
    std::array<std::int64_t, k_most_segments> sums{}, members{};
    for (std::size_t activity = 0; activity < counts.size(); ++activity) {
      if (counts[activity] == 0) continue;
      const std::size_t group = nearest(centres, static_cast<int>(activity));
      sums[group] += counts[activity] * static_cast<std::int64_t>(activity);
      members[group] += counts[activity];
    }
    for (std::size_t i = 0; i < k_most_segments; ++i)
      if (members[i] != 0) centres[i] = static_cast<int>(sums[i] / members[i]);
  }
  return centres;
}

/// The loop filter is weaker where little happens: it would take the grain.
Segment segment_of(int index, int activity) {
  // In 256ths. The nearer to a half, the more detail stays, for more bytes: over photographs SSIM gains by more than
  // those bytes would give it in finer steps.
  constexpr int k_luma = 121, k_luma_dc = 128, k_dcs = 108, k_dcs_dc = 96, k_chroma = 101, k_chroma_dc = 102;
  constexpr int k_most_chroma_dc = 117, k_calm_filter = 70, k_busy_filter = 6;
  Segment segment;
  segment.index = index;
  const int dc = k_dc_steps[index], ac = k_ac_steps[index];
  segment.step = ac;
  segment.y = Quantiser::of(dc, ac, k_luma_dc, k_luma);
  segment.y2 = Quantiser::of(2 * dc, std::max(ac * 155 / 100, 8), k_dcs_dc, k_dcs);
  segment.uv = Quantiser::of(k_dc_steps[std::min(index, k_most_chroma_dc)], ac, k_chroma_dc, k_chroma);
  segment.filter = std::min(ac * (k_calm_filter + k_busy_filter * (activity >> k_log_bits)) / 256, 63);
  if (segment.filter < 2) segment.filter = 0;
  return segment;
}

}  // namespace

Source source_of(const Yuv& picture, int x, int y) {
  Source source;
  const auto copy = [](Samples in, int width, int height, int left, int top, int side, std::uint8_t* out) {
    const auto there = static_cast<std::size_t>(std::min(side, width - left));
    for (int row = 0; row < side; ++row, out += side) {
      const std::uint8_t* from = in.at + std::min(top + row, height - 1) * in.stride + left;
      std::memcpy(out, from, there);
      std::memset(out + there, from[there - 1], static_cast<std::size_t>(side) - there);
    }
  };
  copy(picture.y, picture.width, picture.height, 16 * x, 16 * y, 16, source.y);
  const int width = (picture.width + 1) / 2, height = (picture.height + 1) / 2;
  copy(picture.u, width, height, 8 * x, 8 * y, 8, source.u);
  copy(picture.v, width, height, 8 * x, 8 * y, 8, source.v);
  return source;
}

Plan plan_of(const Yuv& picture, int quality) {
  constexpr int k_calm = 13 << k_log_bits;  // busier by a power of two: the index larger by a 13th
  Plan plan;
  std::int64_t sum = 0;
  for (int y = 0; y < picture.down(); ++y) {
    for (int x = 0; x < picture.across(); ++x) {
      plan.of.push_back(static_cast<std::uint8_t>(activity_of(source_of(picture, x, y))));
      sum += plan.of.back();
    }
  }
  const int mean = static_cast<int>(sum / static_cast<std::int64_t>(plan.of.size()));
  const int base = k_indices[quality];
  const Centres centres = grouped(plan.of);
  for (std::uint8_t& of : plan.of) of = static_cast<std::uint8_t>(nearest(centres, of));
  for (std::size_t i = 0; i < k_most_segments; ++i)
    plan.segments[i] = segment_of(std::clamp(base + (centres[i] - mean) * base / k_calm, 0, 127), centres[i]);
  const bool same = std::all_of(plan.segments, plan.segments + k_most_segments,
                                [&](const Segment& segment) { return segment.index == plan.segments[0].index; });
  plan.count = same ? 1 : k_most_segments;
  if (same) std::fill(plan.of.begin(), plan.of.end(), std::uint8_t{0});
  return plan;
}

}  // namespace thumbs::image::vp8
