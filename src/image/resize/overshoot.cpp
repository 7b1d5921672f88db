// Pixel by pixel: the ratio of colour to alpha is the visible colour.
#include "image/resize/overshoot.h"

#include <algorithm>
#include <cassert>
#include <cstdint>

#include "image/resize/kernel.h"
#include "support/work_limit.h"

namespace thumbs::image {
namespace {

constexpr std::int32_t k_full = 65535;
// Filters centre samples on the middle of the range, which a quarter of them therefore surrounds.
constexpr std::int32_t k_middle = 32768;

std::int32_t whole_of(std::uint16_t stored) { return 4 * (stored - k_middle) + k_middle; }

std::uint16_t cut_off(std::int64_t v) { return static_cast<std::uint16_t>(std::clamp<std::int64_t>(v, 0, k_full)); }

/// `alpha` is still quartered.
void settle_row(std::uint16_t* colour, const std::uint16_t* alpha, int width) {
  for (int x = 0; x < width; ++x) {
    const std::int32_t value = whole_of(colour[x]);
    const std::int32_t opacity = whole_of(alpha[x]);
    colour[x] = cut_off(opacity <= k_full ? value : (std::int64_t{value} * k_full + opacity / 2) / opacity);
  }
}

}  // namespace

bool keeps_overshoot(const Picture& in, Orientation orientation, const Geometry& geometry, Kernel kernel) {
  if (!in.premultiplied || !overshoots(kernel)) return false;
  const Size upright = orientation.transpose ? Size{in.height, in.width} : Size{in.width, in.height};
  const Size scaled = geometry.region ? geometry.region->size : upright;
  const Plane& plane = in.planes.front();
  return geometry.resized != scaled || plane.pitch_x != 1 || plane.pitch_y != 1;
}

void settle_overshoot(Picture& picture) {
  assert(picture.premultiplied && picture.alpha && picture.bytes_per_sample() == 2);
  Plane& alpha = picture.planes.back();
  Pace pace;
  for (int y = 0; y < picture.height; ++y) {
    pace.keep(static_cast<std::size_t>(picture.width) * picture.planes.size());
    auto* opacity = alpha.row<std::uint16_t>(y);
    for (std::size_t c = 0; c + 1 < picture.planes.size(); ++c)
      settle_row(picture.planes[c].row<std::uint16_t>(y), opacity, picture.width);
    for (int x = 0; x < picture.width; ++x) opacity[x] = cut_off(whole_of(opacity[x]));
  }
}

}  // namespace thumbs::image
