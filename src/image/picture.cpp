// Plane storage: aligned rows, checked sizes.
#include "image/picture.h"

#include <cassert>
#include <limits>
#include <new>

namespace thumbs::image {
namespace {

/// The resize works on blocks of so many samples, and may touch (never use) what lies beyond a row's end up to the
/// stride.
constexpr std::size_t k_block = 64;
/// Rows whose addresses are equal modulo this share the sets of a level 1 cache; filters read many rows at once.
constexpr std::size_t k_cache_alias = 4096;

std::size_t padded_stride(std::size_t width, std::size_t bytes_per_sample) {
  std::size_t stride = (width + k_block - 1) / k_block * k_block;
  if (stride * bytes_per_sample % k_cache_alias == 0) stride += k_block;
  return stride;
}

}  // namespace

int colour_planes(ColourModel model) {
  switch (model) {
    case ColourModel::grey: return 1;
    case ColourModel::ycbcr:
    case ColourModel::rgb: return 3;
    case ColourModel::cmyk: return 4;
  }
  return 0;
}

Plane::Plane(int w, int h, int sample_bytes, double pitch_across, double pitch_down)
    : width(w), height(h), pitch_x(pitch_across), pitch_y(pitch_down), bytes_per_sample(sample_bytes) {
  assert(w > 0 && h > 0 && (sample_bytes == 1 || sample_bytes == 2));
  stride = padded_stride(static_cast<std::size_t>(w), static_cast<std::size_t>(sample_bytes));
  const std::size_t row_bytes = stride * static_cast<std::size_t>(sample_bytes);
  if (static_cast<std::size_t>(h) > std::numeric_limits<std::size_t>::max() / 2 / row_bytes) throw std::bad_alloc();
  data_ = Buffer(bytes());
}

Plane plane_shape(int width, int height, int bytes_per_sample, double pitch_x, double pitch_y) {
  Plane shape;
  shape.width = width;
  shape.height = height;
  shape.bytes_per_sample = bytes_per_sample;
  shape.pitch_x = pitch_x;
  shape.pitch_y = pitch_y;
  return shape;
}

Picture without_planes(const Picture& picture) {
  Picture bare;
  bare.width = picture.width;
  bare.height = picture.height;
  bare.model = picture.model;
  bare.alpha = picture.alpha;
  bare.premultiplied = picture.premultiplied;
  return bare;
}

}  // namespace thumbs::image
