// Pictures for tests of the resize, and a reference resize in double precision.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "image/geometry.h"
#include "image/picture.h"
#include "thumbs/variant.h"

namespace thumbs::test {

/// The sample at (x, y) of a plane as a number, whatever its depth.
inline int sample(const Plane& plane, int x, int y) {
  return plane.bytes_per_sample == 1 ? plane.row<std::uint8_t>(y)[x] : plane.row<std::uint16_t>(y)[x];
}

inline void set_sample(Plane& plane, int x, int y, int value) {
  if (plane.bytes_per_sample == 1) {
    plane.row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(value);
  } else {
    plane.row<std::uint16_t>(y)[x] = static_cast<std::uint16_t>(value);
  }
}

/// A plane whose samples are value(x, y).
Plane make_plane(int width, int height, int bytes_per_sample, const std::function<int(int, int)>& value,
                 double pitch_x = 1, double pitch_y = 1);

Plane noise_plane(std::mt19937& random, int width, int height, int bytes_per_sample, double pitch_x = 1,
                  double pitch_y = 1);

/// A grey picture of one plane of pitch 1.
Picture grey_picture(Plane plane);

/// `plane` turned upright by an orientation, sample by sample.
Plane oriented(const Plane& plane, Orientation orientation);

/// All of the picture, scaled to `resized`.
Geometry whole(Size resized);

/// The plain filter, straight from its definition, in double precision: for each output sample all stored samples,
/// weighted by their distance in the upright picture. Rows of output samples, not rounded, clamped to the range of the
/// depth.
std::vector<std::vector<double>> reference_resize(const Picture& picture, std::size_t plane, Orientation orientation,
                                                  const Geometry& geometry, Kernel kernel, int out_pitch_x,
                                                  int out_pitch_y);

/// The largest difference between a plane and the reference, in steps of 8 bits.
double largest_error(const Plane& plane, const std::vector<std::vector<double>>& reference);

inline constexpr Kernel k_kernels[] = {Kernel::nearest,  Kernel::box,      Kernel::linear,  Kernel::cubic,
                                       Kernel::mitchell, Kernel::lanczos2, Kernel::lanczos3};

}  // namespace thumbs::test
