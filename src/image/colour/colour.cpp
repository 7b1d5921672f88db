// Pointwise colour: loops over rows that compilers vectorise, all in integers.
#include "image/colour/colour.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "support/work_limit.h"

namespace thumbs::image {
namespace {

constexpr std::uint32_t k_full_16 = 65535;
constexpr std::uint32_t k_step_16 = 257;  ///< a step of 8 bits in 16: 255 × 257 = 65535

std::uint8_t clamp_to_byte(int v) { return static_cast<std::uint8_t>(std::clamp(v, 0, 255)); }

/// v × 255 / 65535, rounded.
std::uint8_t narrow(std::uint32_t v) { return static_cast<std::uint8_t>((v + k_step_16 / 2) / k_step_16); }

/// a × b / 65535, rounded; a product of 16-bit values and half the divisor fit 32 bits.
std::uint16_t multiply_16(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint16_t>((a * b + k_full_16 / 2) / k_full_16);
}

/// JFIF 1.02: R = Y + 1.402 Cr, G = Y - 0.344136 Cb - 0.714136 Cr, B = Y + 1.772 Cb, with 16 fractional bits.
void ycbcr_row(std::uint8_t* first, std::uint8_t* second, std::uint8_t* third, int width) {
  constexpr int k_bits = 16;
  constexpr int k_half = 1 << (k_bits - 1);
  for (int x = 0; x < width; ++x) {
    const int luma = (first[x] << k_bits) + k_half;
    const int cb = second[x] - 128;
    const int cr = third[x] - 128;
    first[x] = clamp_to_byte((luma + 91881 * cr) >> k_bits);
    second[x] = clamp_to_byte((luma - 22554 * cb - 46802 * cr) >> k_bits);
    third[x] = clamp_to_byte((luma + 116130 * cb) >> k_bits);
  }
}

bool is_grey(Colour c) { return c.r == c.g && c.g == c.b; }

Plane new_plane(const Picture& picture, int bytes_per_sample) {
  return {picture.width, picture.height, bytes_per_sample};
}

/// A picture of the same size and model without planes.
Picture empty_like(const Picture& picture) {
  Picture out;
  out.width = picture.width;
  out.height = picture.height;
  out.model = picture.model;
  return out;
}

template <class Sample>
Plane premultiplied_plane(const Picture& picture, const Plane& colour, const Plane& alpha) {
  constexpr std::uint32_t k_step = sizeof(Sample) == 1 ? k_step_16 : 1;
  Plane out = new_plane(picture, 2);
  Pace pace;
  for (int y = 0; y < picture.height; ++y) {
    pace.keep(static_cast<std::size_t>(picture.width));
    const auto* c = colour.row<Sample>(y);
    const auto* a = alpha.row<Sample>(y);
    auto* to = out.row<std::uint16_t>(y);
    for (int x = 0; x < picture.width; ++x) to[x] = multiply_16(c[x] * k_step, a[x] * k_step);
  }
  return out;
}

Plane widened(const Picture& picture, const Plane& plane) {
  Plane out = new_plane(picture, 2);
  Pace pace;
  for (int y = 0; y < picture.height; ++y) {
    pace.keep(static_cast<std::size_t>(picture.width));
    const auto* from = plane.row<std::uint8_t>(y);
    auto* to = out.row<std::uint16_t>(y);
    for (int x = 0; x < picture.width; ++x) to[x] = static_cast<std::uint16_t>(from[x] * k_step_16);
  }
  return out;
}

Plane narrowed(const Picture& picture, const Plane& plane) {
  Plane out = new_plane(picture, 1);
  Pace pace;
  for (int y = 0; y < picture.height; ++y) {
    pace.keep(static_cast<std::size_t>(picture.width));
    const auto* from = plane.row<std::uint16_t>(y);
    auto* to = out.row<std::uint8_t>(y);
    for (int x = 0; x < picture.width; ++x) to[x] = narrow(from[x]);
  }
  return out;
}

/// Pixels whose alpha rounds to 0 lose their colour: it is invisible, and would cost bytes.
Plane straightened(const Picture& picture, const Plane& colour, const Plane& alpha) {
  Plane out = new_plane(picture, 1);
  Pace pace;
  for (int y = 0; y < picture.height; ++y) {
    pace.keep(static_cast<std::size_t>(picture.width));
    const auto* c = colour.row<std::uint16_t>(y);
    const auto* a = alpha.row<std::uint16_t>(y);
    auto* to = out.row<std::uint8_t>(y);
    for (int x = 0; x < picture.width; ++x) {
      const std::uint32_t opacity = a[x];
      const std::uint32_t ratio = opacity == 0 ? 0 : (c[x] * 255U + opacity / 2) / opacity;
      to[x] = narrow(opacity) == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(std::min(ratio, 255U));
    }
  }
  return out;
}

Plane laid_over(const Picture& picture, const Plane& colour, const Plane& alpha, std::uint8_t background) {
  Plane out = new_plane(picture, 1);
  Pace pace;
  for (int y = 0; y < picture.height; ++y) {
    pace.keep(static_cast<std::size_t>(picture.width));
    const auto* c = colour.row<std::uint16_t>(y);
    const auto* a = alpha.row<std::uint16_t>(y);
    auto* to = out.row<std::uint8_t>(y);
    for (int x = 0; x < picture.width; ++x) {
      const std::uint32_t sum = c[x] * 255U + background * (k_full_16 - a[x]);
      to[x] = static_cast<std::uint8_t>(std::min((sum + k_full_16 / 2) / k_full_16, 255U));
    }
  }
  return out;
}

/// A plane of the canvas filled with `around`, with the samples of `inside` in it, or `fill` if that is null.
Plane padded(const Picture& picture, const Plane* inside, std::uint8_t fill, const Geometry& g, std::uint8_t around) {
  Plane out(g.canvas.width, g.canvas.height, 1);
  const auto width = static_cast<std::size_t>(picture.width);
  Pace pace;
  for (int y = 0; y < g.canvas.height; ++y) {
    pace.keep(static_cast<std::size_t>(g.canvas.width));
    auto* row = out.row<std::uint8_t>(y);
    std::memset(row, around, static_cast<std::size_t>(g.canvas.width));
    const int source = y - g.pad_y;
    if (source < 0 || source >= picture.height) continue;
    if (inside != nullptr) {
      std::memcpy(row + g.pad_x, inside->row<std::uint8_t>(source), width);
    } else {
      std::memset(row + g.pad_x, fill, width);
    }
  }
  return out;
}

}  // namespace

Picture to_rgb(Picture picture) {
  if (picture.model != ColourModel::ycbcr) return picture;
  assert(picture.bytes_per_sample() == 1);
  std::vector<Plane>& planes = picture.planes;
  Pace pace;
  for (int y = 0; y < picture.height; ++y) {
    pace.keep(static_cast<std::size_t>(picture.width));
    ycbcr_row(planes[0].row<std::uint8_t>(y), planes[1].row<std::uint8_t>(y), planes[2].row<std::uint8_t>(y),
              picture.width);
  }
  picture.model = ColourModel::rgb;
  return picture;
}

void premultiply(Picture& picture) {
  assert(picture.alpha && !picture.premultiplied);
  const bool bytes = picture.bytes_per_sample() == 1;
  Plane& alpha = picture.planes.back();
  for (std::size_t i = 0; i + 1 < picture.planes.size(); ++i) {
    Plane& colour = picture.planes[i];
    colour = bytes ? premultiplied_plane<std::uint8_t>(picture, colour, alpha)
                   : premultiplied_plane<std::uint16_t>(picture, colour, alpha);
  }
  if (bytes) alpha = widened(picture, alpha);
  picture.premultiplied = true;
}

Picture unpremultiply(const Picture& picture) {
  assert(picture.alpha && picture.premultiplied && picture.bytes_per_sample() == 2);
  Picture out = empty_like(picture);
  out.alpha = true;
  const Plane& alpha = picture.planes.back();
  for (std::size_t i = 0; i + 1 < picture.planes.size(); ++i) {
    out.planes.push_back(straightened(picture, picture.planes[i], alpha));
  }
  out.planes.push_back(narrowed(picture, alpha));
  return out;
}

Picture flatten(const Picture& picture, Colour background) {
  assert(picture.alpha && picture.premultiplied && picture.bytes_per_sample() == 2);
  Picture out = empty_like(picture);
  if (!is_grey(background)) out.model = ColourModel::rgb;
  const std::uint8_t channels[] = {background.r, background.g, background.b};
  const Plane& alpha = picture.planes.back();
  for (int i = 0; i < colour_planes(out.model); ++i) {
    const auto from = static_cast<std::size_t>(picture.model == ColourModel::grey ? 0 : i);
    out.planes.push_back(laid_over(picture, picture.planes[from], alpha, channels[i]));
  }
  return out;
}

Picture to_8_bit(Picture picture) {
  assert(!picture.premultiplied);
  for (Plane& plane : picture.planes) {
    if (plane.bytes_per_sample == 2) plane = narrowed(picture, plane);
  }
  return picture;
}

Picture pad(Picture picture, const Geometry& geometry, Colour background, bool alpha_out) {
  assert(picture.bytes_per_sample() == 1 && (alpha_out || !picture.alpha));
  assert(picture.model == ColourModel::grey || picture.model == ColourModel::rgb);
  Picture out;
  out.width = geometry.canvas.width;
  out.height = geometry.canvas.height;
  out.model = is_grey(background) ? picture.model : ColourModel::rgb;
  out.alpha = alpha_out;
  const std::uint8_t channels[] = {background.r, background.g, background.b};
  for (int i = 0; i < colour_planes(out.model); ++i) {
    const auto from = static_cast<std::size_t>(picture.model == ColourModel::grey ? 0 : i);
    out.planes.push_back(padded(picture, &picture.planes[from], 0, geometry, channels[i]));
  }
  if (alpha_out) {
    out.planes.push_back(
        padded(picture, picture.alpha ? &picture.planes.back() : nullptr, 255, geometry, background.a));
  }
  return out;
}

}  // namespace thumbs::image
