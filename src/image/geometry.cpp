// Sizes in exact integer arithmetic: no rounding error can tip a side by one.
#include "image/geometry.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace thumbs::image {
namespace {

/// A positive rational number; both terms fit 31 bits.
struct Ratio {
  std::int64_t num = 1;
  std::int64_t den = 1;
};

bool less(Ratio a, Ratio b) { return a.num * b.den < b.num * a.den; }

/// size × scale, half up, at least 1. What no picture can have is cut to the largest int; codecs refuse that.
int scaled(int size, Ratio scale) {
  const std::int64_t product = size * scale.num;  // below 2^62: both are below 2^31
  const std::int64_t quotient = product / scale.den;
  const std::int64_t rest = product % scale.den;
  const std::int64_t rounded = quotient + (rest >= scale.den - rest ? 1 : 0);
  return static_cast<int>(std::clamp<std::int64_t>(rounded, 1, std::numeric_limits<int>::max()));
}

/// The scale that the box asks of one axis; none where that side is not given.
std::optional<Ratio> asked(std::optional<int> side, int size) {
  if (!side) return std::nullopt;
  return Ratio{*side, size};
}

/// The one scale of a fit that keeps the aspect ratio.
Ratio common_scale(Size upright, const ResolvedVariant& settings) {
  const auto across = asked(settings.width, upright.width);
  const auto down = asked(settings.height, upright.height);
  Ratio scale;
  if (across && down) {
    const bool largest = settings.fit == Fit::outside || settings.fit == Fit::cover;
    scale = less(*across, *down) == largest ? *down : *across;
  } else if (across || down) {
    scale = across ? *across : *down;
  }
  if (settings.without_enlargement && less({1, 1}, scale)) scale = {1, 1};
  return scale;
}

/// `fill`: each axis on its own; one that is not given keeps the picture's size.
int filled(std::optional<int> side, int size, bool without_enlargement) {
  const int wanted = side.value_or(size);
  return without_enlargement ? std::min(wanted, size) : wanted;
}

/// The part of `slack` that lies before the picture: -1 is left or top, 0 the middle, 1 right or bottom.
int offset(int slack, int side) { return side < 0 ? 0 : side > 0 ? slack : slack / 2; }

/// One axis of a picture: `part` pixels of it from `begin` on are scaled to `resized`, of which `kept` are kept.
struct FocusedAxis {
  int whole;
  int begin;
  int part;
  int resized;
  int kept;
};

/// Where the crop begins so that its middle is at `percent` of the whole, as far as that goes. Half pixels go to the
/// left and the top, as for the position `center`. Divisions and products only: the same on every machine.
int focused(double percent, const FocusedAxis& axis) {
  constexpr double k_rounding_error = 1e-6;
  const double point = (percent * axis.whole / 100 - axis.begin) * axis.resized / axis.part;
  const double begin = std::floor(point - axis.kept / 2.0 + k_rounding_error);
  return static_cast<int>(std::clamp(begin, 0.0, static_cast<double>(axis.resized - axis.kept)));
}

void move_to_focus(const Focus& focus, Size upright, const Region& part, Geometry& g) {
  g.crop_x = focused(focus.x, {upright.width, part.x, part.size.width, g.resized.width, g.crop.width});
  g.crop_y = focused(focus.y, {upright.height, part.y, part.size.height, g.resized.height, g.crop.height});
}

}  // namespace

Orientation orientation_from_exif(int exif) {
  switch (exif) {
    case 2: return {.transpose = false, .mirror_x = true, .mirror_y = false};
    case 3: return {.transpose = false, .mirror_x = true, .mirror_y = true};
    case 4: return {.transpose = false, .mirror_x = false, .mirror_y = true};
    case 5: return {.transpose = true, .mirror_x = false, .mirror_y = false};
    case 6: return {.transpose = true, .mirror_x = true, .mirror_y = false};
    case 7: return {.transpose = true, .mirror_x = true, .mirror_y = true};
    case 8: return {.transpose = true, .mirror_x = false, .mirror_y = true};
    default: return {};
  }
}

Region upright_region(const Region& region, Size stored, Orientation orientation) {
  Region turned = region;
  Size whole = stored;
  if (orientation.transpose) {
    turned = {region.y, region.x, {region.size.height, region.size.width}};
    whole = {stored.height, stored.width};
  }
  if (orientation.mirror_x) turned.x = whole.width - turned.x - turned.size.width;
  if (orientation.mirror_y) turned.y = whole.height - turned.y - turned.size.height;
  return turned;
}

Geometry fit_geometry(Size upright, const ResolvedVariant& settings, const std::optional<Region>& region) {
  Geometry g;
  g.region = region;
  const Region part = region.value_or(Region{0, 0, upright});
  const Size size = part.size;
  if (settings.fit == Fit::fill) {
    g.resized = {filled(settings.width, size.width, settings.without_enlargement),
                 filled(settings.height, size.height, settings.without_enlargement)};
  } else {
    const Ratio scale = common_scale(size, settings);
    g.resized = {scaled(size.width, scale), scaled(size.height, scale)};
  }
  g.crop = g.canvas = g.resized;
  const Size box{settings.width.value_or(g.resized.width), settings.height.value_or(g.resized.height)};
  const int x_side = horizontal_side(settings.position);
  const int y_side = vertical_side(settings.position);
  if (settings.fit == Fit::cover) {
    g.crop = g.canvas = {std::min(box.width, g.resized.width), std::min(box.height, g.resized.height)};
    g.crop_x = offset(g.resized.width - g.crop.width, x_side);
    g.crop_y = offset(g.resized.height - g.crop.height, y_side);
    if (settings.focus) move_to_focus(*settings.focus, upright, part, g);
  } else if (settings.fit == Fit::contain) {
    g.canvas = box;
    g.pad_x = offset(g.canvas.width - g.crop.width, x_side);
    g.pad_y = offset(g.canvas.height - g.crop.height, y_side);
  }
  return g;
}

int horizontal_side(Position position) {
  switch (position) {
    case Position::left:
    case Position::top_left:
    case Position::bottom_left: return -1;
    case Position::right:
    case Position::top_right:
    case Position::bottom_right: return 1;
    default: return 0;
  }
}

int vertical_side(Position position) {
  switch (position) {
    case Position::top:
    case Position::top_left:
    case Position::top_right: return -1;
    case Position::bottom:
    case Position::bottom_left:
    case Position::bottom_right: return 1;
    default: return 0;
  }
}

double shrink_allowed(Size upright, const Geometry& geometry, Kernel kernel) {
  constexpr double k_margin = 1.75;
  if (kernel == Kernel::nearest || kernel == Kernel::box || kernel == Kernel::linear) return 1;
  const double across = upright.width / (k_margin * geometry.resized.width);
  const double down = upright.height / (k_margin * geometry.resized.height);
  return std::max(1.0, std::min(across, down));
}

}  // namespace thumbs::image
