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
inline int sample(const image::Plane& plane, int x, int y) {
  return plane.bytes_per_sample == 1 ? plane.row<std::uint8_t>(y)[x] : plane.row<std::uint16_t>(y)[x];
}

inline void set_sample(image::Plane& plane, int x, int y, int value) {
  if (plane.bytes_per_sample == 1) {
    plane.row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(value);
  } else {
    plane.row<std::uint16_t>(y)[x] = static_cast<std::uint16_t>(value);
  }
}

/// A plane whose samples are value(x, y).
image::Plane make_plane(int width, int height, int bytes_per_sample, const std::function<int(int, int)>& value,
                        double pitch_x = 1, double pitch_y = 1);

image::Plane noise_plane(std::mt19937& random, int width, int height, int bytes_per_sample, double pitch_x = 1,
                         double pitch_y = 1);

/// A grey picture of one plane of pitch 1.
image::Picture grey_picture(image::Plane plane);

/// `plane` turned upright by an orientation, sample by sample.
image::Plane oriented(const image::Plane& plane, image::Orientation orientation);

/// All of the picture, scaled to `resized`.
image::Geometry whole(image::Size resized);

/// The plain filter, straight from its definition, in double precision: for each output sample all stored samples,
/// weighted by their distance in the upright picture. Rows of output samples, not rounded, clamped to the range of the
/// depth.
std::vector<std::vector<double>> reference_resize(const image::Picture& picture, std::size_t plane,
                                                  image::Orientation orientation, const image::Geometry& geometry,
                                                  Kernel kernel, int out_pitch_x, int out_pitch_y);

/// The largest difference between a plane and the reference, in steps of 8 bits.
double largest_error(const image::Plane& plane, const std::vector<std::vector<double>>& reference);

inline constexpr Kernel k_kernels[] = {Kernel::nearest,  Kernel::box,      Kernel::linear,  Kernel::cubic,
                                       Kernel::mitchell, Kernel::lanczos2, Kernel::lanczos3};

}  // namespace thumbs::test
