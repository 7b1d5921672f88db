// Works plane by plane, so that only one at a time is held in light.
#include "image/resize/linear_light.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "image/colour/colour.h"
#include "image/resize/overshoot.h"
#include "image/resize/resize.h"
#include "support/work_limit.h"

namespace thumbs::image {
namespace {

constexpr std::uint32_t k_full = 65535;
constexpr std::uint32_t k_step = 257;  ///< a step of 8 bits in 16

/// The positive root r of r^n = v for 0 < v ≤ 1, by Newton's method from above.
double root(double v, int n) {
  double r = 1;
  for (int i = 0; i < 200; ++i) {
    double power = 1;
    for (int k = 1; k < n; ++k) power *= r;
    const double next = ((n - 1) * r + v / power) / n;
    if (next >= r) break;
    r = next;
  }
  return r;
}

/// v^2.4 = v² · (v²)^(1/5).
double light(double stored) {
  if (stored <= 0.04045) return stored / 12.92;
  const double base = (stored + 0.055) / 1.055;
  return base * base * root(base * base, 5);
}

/// v^(1/2.4) = (v^(5/4))^(1/3).
double stored(double light) {
  if (light <= 0.0031308) return light * 12.92;
  const double power = light * std::sqrt(std::sqrt(light));
  return 1.055 * root(power, 3) - 0.055;
}

TransferTable table_of(double (*curve)(double)) {
  TransferTable table;
  for (std::uint32_t i = 0; i <= k_full; ++i)
    table[i] = static_cast<std::uint16_t>(std::floor(curve(static_cast<double>(i) / k_full) * k_full + 0.5));
  return table;
}

std::uint16_t times(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint16_t>((a * b + k_full / 2) / k_full);
}

std::uint32_t divided(std::uint32_t colour, std::uint32_t alpha) {
  return alpha == 0 ? 0 : std::min((colour * k_full + alpha / 2) / alpha, k_full);
}

/// `in` (of pitch 1) in 16 bits through a table; with `alpha` straight before and premultiplied after it.
template <class Sample>
Plane looked_up(const Plane& in, const TransferTable& table, const Plane* alpha) {
  constexpr std::uint32_t step = sizeof(Sample) == 1 ? k_step : 1;
  Plane out(in.width, in.height, 2);
  Pace pace;
  for (int y = 0; y < in.height; ++y) {
    pace.keep(static_cast<std::size_t>(in.width));
    const auto* from = in.row<Sample>(y);
    auto* to = out.row<std::uint16_t>(y);
    if (alpha == nullptr) {
      for (int x = 0; x < in.width; ++x) to[x] = table[from[x] * step];
      continue;
    }
    const auto* a = alpha->row<std::uint16_t>(y);
    for (int x = 0; x < in.width; ++x) to[x] = times(table[divided(from[x] * step, a[x])], a[x]);
  }
  return out;
}

Plane through(const Plane& in, const TransferTable& table, const Plane* alpha) {
  return in.bytes_per_sample == 1 ? looked_up<std::uint8_t>(in, table, alpha)
                                  : looked_up<std::uint16_t>(in, table, alpha);
}

Plane copy_of(const Plane& in) {
  Plane out(in.width, in.height, 2);
  for (int y = 0; y < in.height; ++y) std::copy_n(in.row<std::uint16_t>(y), in.width, out.row<std::uint16_t>(y));
  return out;
}

/// All planes at the size of the picture.
Picture full_planes(const Picture& in) {
  Geometry whole;
  whole.resized = whole.crop = whole.canvas = {in.width, in.height};
  return resize(in, {}, whole, Kernel::linear, ChromaGrid::full);
}

/// The picture to convert to light: grey or rgb in sRGB, all planes of the picture's size. `made` holds it if it is not
/// `in` itself.
const Picture& in_srgb(const Picture& in, const ToSrgb* to_srgb, Picture& made) {
  const bool fine = std::ranges::all_of(in.planes, [&](const Plane& plane) {
    return plane.pitch_x == 1 && plane.pitch_y == 1 && plane.width == in.width && plane.height == in.height;
  });
  if (fine && to_srgb == nullptr && (in.model == ColourModel::grey || in.model == ColourModel::rgb)) return in;
  made = full_planes(in);
  if (to_srgb == nullptr || in.model == ColourModel::ycbcr) made = to_rgb(std::move(made));
  if (to_srgb != nullptr) to_srgb->apply(made);
  return made;
}

/// `quartered`: see overshoot.h.
Plane resized_alone(Plane plane, Orientation orientation, const Geometry& geometry, Kernel kernel, bool quartered) {
  Picture alone;
  alone.width = plane.width;
  alone.height = plane.height;
  alone.model = ColourModel::grey;
  alone.planes.push_back(std::move(plane));
  if (quartered) return resize_quartered(alone, orientation, geometry, kernel);
  return std::move(resize(alone, orientation, geometry, kernel, ChromaGrid::full).planes.front());
}

}  // namespace

const TransferTable& light_of_srgb() {
  static const TransferTable table = table_of(light);
  return table;
}

const TransferTable& srgb_of_light() {
  static const TransferTable table = table_of(stored);
  return table;
}

Picture resize_in_light(const Picture& in, Orientation orientation, const Geometry& geometry, Kernel kernel,
                        const ToSrgb* to_srgb) {
  assert(in.alpha == in.premultiplied);
  Picture made;
  const Picture& from = in_srgb(in, to_srgb, made);
  Picture out;
  out.width = geometry.crop.width;
  out.height = geometry.crop.height;
  out.model = from.model;
  out.alpha = out.premultiplied = from.alpha;
  const auto colours = static_cast<std::size_t>(colour_planes(from.model));
  const Plane* alpha = from.alpha ? &from.planes.back() : nullptr;
  const bool quartered = keeps_overshoot(from, orientation, geometry, kernel);
  const auto add = [&](Plane plane) {
    out.planes.push_back(resized_alone(std::move(plane), orientation, geometry, kernel, quartered));
  };
  for (std::size_t c = 0; c < colours; ++c) add(through(from.planes[c], light_of_srgb(), alpha));
  if (alpha != nullptr) add(copy_of(*alpha));
  if (quartered) settle_overshoot(out);
  for (std::size_t c = 0; c < colours; ++c)
    out.planes[c] = through(out.planes[c], srgb_of_light(), alpha != nullptr ? &out.planes.back() : nullptr);
  return out;
}

double light_memory(double pixels, int bytes_per_sample) {
  constexpr double k_planes = 4, k_in_light = 2, k_tables = 2 * sizeof(TransferTable);
  return pixels * (k_planes * bytes_per_sample + k_in_light) + k_tables;
}

}  // namespace thumbs::image
