// Blurs luma in 16 bits, down and along, in fixed point; the difference is added to all channels.
#include "image/resize/sharpen.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <vector>

#include "support/work_limit.h"

namespace thumbs::image {
namespace {

constexpr int k_weight_bits = 15;
constexpr int k_unit = 256;  ///< a step of 8 bits in what is blurred

/// exp(-x) for x ≥ 0: its series for a 1024th of x, squared ten times. libm's differs between machines.
double exp_minus(double x) {
  constexpr int k_squarings = 10;
  constexpr double k_nothing = 40;  // beyond, no weight is left in fixed point
  if (x > k_nothing) return 0;
  const double z = -x / (1 << k_squarings);
  double value = 1 + z * (1 + z / 2 * (1 + z / 3 * (1 + z / 4)));
  for (int i = 0; i < k_squarings; ++i) value *= value;
  return value;
}

/// Weights of the distances 0, 1, …; with both sides they sum to 2^k_weight_bits.
std::vector<std::uint32_t> gaussian(double sigma) {
  const int radius = static_cast<int>(std::ceil(3 * sigma));
  std::vector<double> exact;
  double sum = 0;
  for (int i = 0; i <= radius; ++i) {
    exact.push_back(exp_minus(i * i / (2 * sigma * sigma)));
    sum += exact.back() * (i == 0 ? 1 : 2);
  }
  std::vector<std::uint32_t> weights;
  std::uint32_t sides = 0;
  for (const double weight : exact) {
    weights.push_back(static_cast<std::uint32_t>(weight / sum * (1 << k_weight_bits) + 0.5));
    if (weights.size() > 1) sides += 2 * weights.back();
  }
  weights.front() = (1U << k_weight_bits) - sides;
  return weights;
}

/// The weighted sums of the rows around row y.
void blur_down(const Plane& in, int y, const std::vector<std::uint32_t>& weights, std::vector<std::uint32_t>& sums) {
  std::ranges::fill(sums, 1U << (k_weight_bits - 1));
  for (int i = 0; i < static_cast<int>(weights.size()); ++i) {
    const auto* above = in.row<std::uint16_t>(std::max(y - i, 0));
    const auto* below = in.row<std::uint16_t>(std::min(y + i, in.height - 1));
    const std::uint32_t weight = weights[static_cast<std::size_t>(i)];
    for (std::size_t x = 0; x < sums.size(); ++x)
      sums[x] += weight * (i == 0 ? above[x] : std::uint32_t{above[x]} + below[x]);
  }
}

/// `padded` has `radius` samples more than the row on each side.
void blur_along(const std::vector<std::uint16_t>& padded, const std::vector<std::uint32_t>& weights, int width,
                std::uint16_t* out) {
  const std::uint16_t* row = padded.data() + weights.size() - 1;
  for (int x = 0; x < width; ++x) {
    std::uint32_t sum = (1U << (k_weight_bits - 1)) + weights[0] * row[x];
    for (int i = 1; i < static_cast<int>(weights.size()); ++i)
      sum += weights[static_cast<std::size_t>(i)] * (std::uint32_t{row[x - i]} + row[x + i]);
    out[x] = static_cast<std::uint16_t>(sum >> k_weight_bits);
  }
}

Plane blurred(const Plane& in, const std::vector<std::uint32_t>& weights) {
  Plane out(in.width, in.height, 2);
  const auto radius = static_cast<std::ptrdiff_t>(weights.size()) - 1;
  std::vector<std::uint32_t> sums(static_cast<std::size_t>(in.width));
  std::vector<std::uint16_t> padded(sums.size() + 2 * static_cast<std::size_t>(radius));
  Pace pace;
  for (int y = 0; y < in.height; ++y) {
    pace.keep(sums.size() * weights.size());
    blur_down(in, y, weights, sums);
    std::ranges::transform(sums, padded.begin() + radius,
                           [](std::uint32_t sum) { return static_cast<std::uint16_t>(sum >> k_weight_bits); });
    std::fill(padded.begin(), padded.begin() + radius, padded[static_cast<std::size_t>(radius)]);
    std::fill(padded.end() - radius, padded.end(), padded[static_cast<std::size_t>(radius) + sums.size() - 1]);
    blur_along(padded, weights, in.width, out.row<std::uint16_t>(y));
  }
  return out;
}

/// Luma of row y, 0 to 255 × k_unit.
void luma_row(const Picture& picture, int y, std::uint16_t* out) {
  const auto* first = picture.planes[0].row<std::uint8_t>(y);
  if (picture.model != ColourModel::rgb) {
    for (int x = 0; x < picture.width; ++x) out[x] = static_cast<std::uint16_t>(first[x] * k_unit);
    return;
  }
  const auto* second = picture.planes[1].row<std::uint8_t>(y);
  const auto* third = picture.planes[2].row<std::uint8_t>(y);
  // 0.299, 0.587 and 0.114 of 65536, in steps of k_unit.
  for (int x = 0; x < picture.width; ++x)
    out[x] = static_cast<std::uint16_t>((19595U * first[x] + 38470U * second[x] + 7471U * third[x] + 128) >> 8);
}

Plane luma_of(const Picture& picture) {
  Plane luma(picture.width, picture.height, 2);
  Pace pace;
  for (int y = 0; y < picture.height; ++y) {
    pace.keep(static_cast<std::size_t>(picture.width));
    luma_row(picture, y, luma.row<std::uint16_t>(y));
  }
  return luma;
}

/// The mean luma around each pixel, each neighbour counted by its alpha.
Plane mean_by_alpha(const Plane& luma, const Plane& alpha, const std::vector<std::uint32_t>& weights) {
  Plane products(luma.width, luma.height, 2), opacities(luma.width, luma.height, 2);
  Pace pace;
  for (int y = 0; y < luma.height; ++y) {
    pace.keep(static_cast<std::size_t>(luma.width));
    const auto* a = alpha.row<std::uint8_t>(y);
    for (int x = 0; x < luma.width; ++x) {
      products.row<std::uint16_t>(y)[x] = static_cast<std::uint16_t>(luma.row<std::uint16_t>(y)[x] * a[x] / 255U);
      opacities.row<std::uint16_t>(y)[x] = static_cast<std::uint16_t>(a[x] * k_unit);
    }
  }
  Plane means = blurred(products, weights);
  const Plane around = blurred(opacities, weights);
  for (int y = 0; y < luma.height; ++y) {
    pace.keep(static_cast<std::size_t>(luma.width));
    auto* mean = means.row<std::uint16_t>(y);
    for (int x = 0; x < luma.width; ++x) {
      const std::uint32_t opacity = around.row<std::uint16_t>(y)[x];
      if (opacity > 0) mean[x] = static_cast<std::uint16_t>(std::min(mean[x] * 65280U / opacity, 65280U));
    }
  }
  return means;
}

/// What a difference of luma gains, both in k_unit.
int gain(int difference) {
  constexpr int k_flat = 1306, k_lighter = 6528, k_darker = 13056;  // 5.1, 25.5 and 51
  const int size = std::abs(difference);
  const int gained = size <= k_flat ? size : 2 * size - k_flat;
  return difference >= 0 ? std::min(gained, k_lighter) : -std::min(gained, k_darker);
}

void add_row(const std::vector<int>& gains, std::uint8_t* row) {
  for (std::size_t x = 0; x < gains.size(); ++x)
    row[x] = static_cast<std::uint8_t>(std::clamp(row[x] + gains[x], 0, 255));
}

}  // namespace

void sharpen(Picture& picture, double sigma) {
  assert(picture.model != ColourModel::cmyk && !picture.premultiplied && picture.bytes_per_sample() == 1);
  const std::vector<std::uint32_t> weights = gaussian(sigma);
  const Plane luma = luma_of(picture);
  const Plane means = picture.alpha ? mean_by_alpha(luma, picture.planes.back(), weights) : blurred(luma, weights);
  const int channels = picture.model == ColourModel::rgb ? 3 : 1;
  std::vector<int> gains(static_cast<std::size_t>(picture.width));
  Pace pace;
  for (int y = 0; y < picture.height; ++y) {
    pace.keep(gains.size());
    const auto* own = luma.row<std::uint16_t>(y);
    const auto* mean = means.row<std::uint16_t>(y);
    for (std::size_t x = 0; x < gains.size(); ++x) gains[x] = (gain(own[x] - mean[x]) + k_unit / 2) >> 8;
    for (int c = 0; c < channels; ++c) add_row(gains, picture.planes[static_cast<std::size_t>(c)].row<std::uint8_t>(y));
  }
}

}  // namespace thumbs::image
