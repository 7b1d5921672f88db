// A decoded picture: one to five planes of samples, each with its own size and pitch, and their colour model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/buffer.h"

namespace thumbs::image {

/// What the colour planes hold. cmyk is kept so that 255 means "no ink" in every plane.
enum class ColourModel : std::uint8_t { grey, ycbcr, rgb, cmyk };

/// The number of colour planes of a model: 1, 3, 3, 4.
int colour_planes(ColourModel model);

/// A rectangle of samples, 8 or 16 bits each (16: the full range 0 to 65535). Rows are `stride` samples
/// apart and 64-byte aligned. A sample covers `pitch_x` × `pitch_y` pixels of the full-size picture it was
/// made from (as stored, before orientation), and sample 0 begins at that picture's edge: after shrink-on-load by 4,
/// chroma of 4:2:0 has a pitch of 8. width × pitch may exceed the picture (padding), which the resize ignores.
struct Plane {
  Plane() = default;
  Plane(int width, int height, int bytes_per_sample, double pitch_x = 1, double pitch_y = 1);

  int width = 0;
  int height = 0;
  std::size_t stride = 0;  ///< in samples
  double pitch_x = 1;
  double pitch_y = 1;
  int bytes_per_sample = 1;

  template <class Sample>
  Sample* row(int y) {
    return reinterpret_cast<Sample*>(data_.data()) + static_cast<std::size_t>(y) * stride;
  }
  template <class Sample>
  const Sample* row(int y) const {
    return reinterpret_cast<const Sample*>(data_.data()) + static_cast<std::size_t>(y) * stride;
  }
  std::size_t bytes() const {
    return static_cast<std::size_t>(height) * stride * static_cast<std::size_t>(bytes_per_sample);
  }

 private:
  Buffer data_;
};

/// Size, depth and pitch of a plane, without memory for its samples.
Plane plane_shape(int width, int height, int bytes_per_sample, double pitch_x, double pitch_y);

/// `width` × `height` are those of the full-size picture as stored (before orientation), whatever the planes' sizes.
/// All planes have the same depth. With alpha, the last plane is alpha; `premultiplied` says whether
/// the colour planes were multiplied by it (only ever with 16-bit planes, grey or rgb).
struct Picture {
  int width = 0;
  int height = 0;
  ColourModel model = ColourModel::rgb;
  bool alpha = false;
  bool premultiplied = false;
  std::vector<Plane> planes;

  int bytes_per_sample() const { return planes.front().bytes_per_sample; }
};

/// A copy of `picture` without its planes.
Picture without_planes(const Picture& picture);

}  // namespace thumbs::image
