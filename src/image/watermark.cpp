// The mark is kept as large as its file has it, and resized for each thumbnail.
#include "image/watermark.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "image/codec/codec.h"
#include "image/colour/colour.h"
#include "image/colour/icc.h"
#include "image/resize/resize.h"
#include "support/work_limit.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

constexpr std::uint32_t k_opaque = 65535;
constexpr std::uint64_t k_all = std::uint64_t{k_opaque} * k_opaque;

/// A mark is held all the time, as large as its file has it.
constexpr std::int64_t k_most_pixels = std::int64_t{1} << 22;

/// An opaque alpha plane for a picture that has none.
void add_alpha(Picture& picture) {
  const int bytes = picture.bytes_per_sample();
  Plane& alpha = picture.planes.emplace_back(picture.width, picture.height, bytes);
  for (int y = 0; y < picture.height; ++y) {
    if (bytes == 1) std::fill_n(alpha.row<std::uint8_t>(y), picture.width, std::uint8_t{255});
    if (bytes == 2) std::fill_n(alpha.row<std::uint16_t>(y), picture.width, std::uint16_t{65535});
  }
  picture.alpha = true;
}

bool shows_colour(const Picture& rgb) {
  for (int y = 0; y < rgb.height; ++y) {
    const auto* r = rgb.planes[0].row<std::uint16_t>(y);
    const auto* g = rgb.planes[1].row<std::uint16_t>(y);
    const auto* b = rgb.planes[2].row<std::uint16_t>(y);
    for (int x = 0; x < rgb.width; ++x)
      if (r[x] != g[x] || g[x] != b[x]) return true;
  }
  return false;
}

/// Upright, all planes of the picture's size.
Picture upright(const Picture& picture, Orientation orientation) {
  Geometry g;
  const bool turned = orientation.transpose;
  g.resized = g.crop = g.canvas = turned ? Size{picture.height, picture.width} : Size{picture.width, picture.height};
  return resize(picture, orientation, g, Kernel::linear, ChromaGrid::full);
}

/// size × to / of, rounded, at least 1.
int in_ratio(int size, int to, int of) {
  const std::int64_t product = static_cast<std::int64_t>(size) * to;
  return static_cast<int>(std::max<std::int64_t>(1, (2 * product + of) / (2 * static_cast<std::int64_t>(of))));
}

int share(int size, double percent) { return static_cast<int>(std::llround(size * percent / 100)); }

/// Where something of `length` goes between two margins.
int placed(int side, int space, int length, int margin) {
  const int begin = side < 0 ? margin : side > 0 ? space - margin - length : (space - length) / 2;
  return std::clamp(begin, 0, space - length);
}

void become_rgb(Picture& grey) {
  for (std::size_t copy = 1; copy < 3; ++copy) {
    Plane plane(grey.width, grey.height, 1);
    for (int y = 0; y < grey.height; ++y)
      std::copy_n(grey.planes[0].row<std::uint8_t>(y), grey.width, plane.row<std::uint8_t>(y));
    grey.planes.insert(grey.planes.begin() + static_cast<std::ptrdiff_t>(copy), std::move(plane));
  }
  grey.model = ColourModel::rgb;
}

/// A row of the mark over a row of the canvas, from column `at` on.
void draw_row(const Picture& mark, int row, std::uint32_t opacity, Picture& canvas, int at, int y) {
  const auto* mark_alpha = mark.planes.back().row<std::uint16_t>(row);
  auto* alpha = canvas.alpha ? canvas.planes.back().row<std::uint8_t>(y) + at : nullptr;
  const std::size_t channels = canvas.model == ColourModel::rgb ? 3 : 1;
  const auto faded = [&](std::uint32_t v) { return (v * std::uint64_t{opacity} + k_opaque / 2) / k_opaque; };
  for (int x = 0; x < mark.width; ++x) {
    const std::uint64_t over = faded(mark_alpha[x]);
    if (over == 0) continue;
    const std::uint64_t under = alpha != nullptr ? alpha[x] * std::uint64_t{257} : k_opaque;
    const std::uint64_t below = (k_opaque - over) * under;  // of k_opaque squared
    const std::uint64_t both = over * k_opaque + below;     // likewise
    for (std::size_t c = 0; c < channels; ++c) {
      const Plane& plane = mark.planes[mark.model == ColourModel::rgb ? c : 0];
      auto* to = canvas.planes[c].row<std::uint8_t>(y) + at;
      const std::uint64_t light = faded(plane.row<std::uint16_t>(row)[x]) * k_opaque * 255 + to[x] * below;
      to[x] = static_cast<std::uint8_t>(std::min<std::uint64_t>((light + both / 2) / both, 255));
    }
    if (alpha != nullptr) alpha[x] = static_cast<std::uint8_t>((both * 255 + k_all / 2) / k_all);
  }
}

}  // namespace

Region mark_region(Size canvas, Size mark, const Watermark& how) {
  const int margin = share(std::min(canvas.width, canvas.height), how.margin);
  const Size room{std::max(1, canvas.width - 2 * margin), std::max(1, canvas.height - 2 * margin)};
  Size size{std::clamp(share(canvas.width, how.scale), 1, room.width), 0};
  size.height = in_ratio(mark.height, size.width, mark.width);
  if (size.height > room.height)
    size = {std::min(room.width, in_ratio(mark.width, room.height, mark.height)), room.height};
  return {placed(horizontal_side(how.position), canvas.width, size.width, margin),
          placed(vertical_side(how.position), canvas.height, size.height, margin), size};
}

Mark::Mark(std::span<const std::byte> file, const Limits& limits) {
  MemorySource source(file);
  const std::unique_ptr<Decoder> decoder = open_picture(source, limits);
  const Header& header = decoder->header();
  const std::int64_t pixels = static_cast<std::int64_t>(header.width) * header.height;
  if (pixels > k_most_pixels)
    throw Error(ErrorCode::too_large,
                "has " + std::to_string(pixels) + " pixels; a watermark may have " + std::to_string(k_most_pixels));
  picture_ = upright(decoder->decode({}, FailOn::truncated), orientation_from_exif(header.orientation));
  const Conversion conversion = conversion_to_srgb(header.colours, header.model, header.bits);
  if (picture_.model == ColourModel::ycbcr) picture_ = to_rgb(std::move(picture_));
  if (conversion.to_srgb) conversion.to_srgb->apply(picture_);
  if (!picture_.alpha) add_alpha(picture_);
  if (!picture_.premultiplied) premultiply(picture_);
  if (picture_.model == ColourModel::rgb && !shows_colour(picture_)) {
    picture_.planes.erase(picture_.planes.begin() + 1, picture_.planes.begin() + 3);
    picture_.model = ColourModel::grey;
  }
}

void Mark::draw(Picture& canvas, const Watermark& how) const {
  if (is_coloured() && canvas.model == ColourModel::grey) become_rgb(canvas);
  const Region place = mark_region({canvas.width, canvas.height}, {picture_.width, picture_.height}, how);
  Geometry g;
  g.resized = g.crop = g.canvas = place.size;
  const Picture mark = resize(picture_, {}, g, Kernel::lanczos3, ChromaGrid::full);
  const auto opacity = static_cast<std::uint32_t>(std::lround(how.opacity * k_opaque));
  Pace pace;
  for (int y = 0; y < mark.height; ++y) {
    pace.keep(static_cast<std::size_t>(mark.width) * canvas.planes.size());
    draw_row(mark, y, opacity, canvas, place.x, place.y + y);
  }
}

double mark_memory(Size canvas) {
  constexpr double k_bytes = 4 * 2 + 2;  // the mark in its size; two planes more
  return k_bytes * (canvas.width + 128.0) * canvas.height;
}

}  // namespace thumbs::image
