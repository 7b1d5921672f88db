// The reference resize and picture makers for the resize tests, and tests of these against known values.
#include "unit/image/resize/resize_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace thumbs::test {
namespace {

double sinc(double x) { return x == 0 ? 1 : std::sin(M_PI * x) / (M_PI * x); }

double bicubic(double x, double b, double c) {
  x = std::abs(x);
  if (x >= 2) return 0;
  if (x >= 1)
    return ((-b - 6 * c) * std::pow(x, 3) + (6 * b + 30 * c) * x * x - (12 * b + 48 * c) * x + 8 * b + 24 * c) / 6;
  return ((12 - 9 * b - 6 * c) * std::pow(x, 3) + (-18 + 12 * b + 6 * c) * x * x + 6 - 2 * b) / 6;
}

double kernel_at(Kernel kernel, double x) {
  switch (kernel) {
    case Kernel::linear: return std::max(0.0, 1 - std::abs(x));
    case Kernel::cubic: return bicubic(x, 0, 0.5);
    case Kernel::mitchell: return bicubic(x, 1.0 / 3, 1.0 / 3);
    case Kernel::lanczos2: return std::abs(x) < 2 ? sinc(x) * sinc(x / 2) : 0;
    case Kernel::lanczos3: return std::abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
    default: return x > -0.5 && x <= 0.5 ? 1 : 0;
  }
}

struct ReferenceAxis {
  int full, resized, offset, kept;
  double pitch;
  int samples;
  bool mirrored;
  int out_pitch;

  int outputs() const { return (kept + out_pitch - 1) / out_pitch; }
};

/// The weights of all stored samples for one output.
std::vector<double> reference_weights(const ReferenceAxis& axis, int output, Kernel kernel) {
  // In units of 1 / resized stored pixels, so that all numbers are whole or halves.
  const double centre = (axis.offset + (output + 0.5) * axis.out_pitch) * axis.full;
  const double sample_size = axis.pitch * axis.resized;
  const double scale = std::max(static_cast<double>(axis.out_pitch) * axis.full, sample_size);
  const bool copied = static_cast<double>(axis.out_pitch) * axis.full == sample_size;
  std::vector<double> weights(static_cast<std::size_t>(axis.samples));
  double sum = 0;
  int at = 0;
  double least = INFINITY;
  for (int k = 0; k < axis.samples; ++k) {
    const double middle = axis.mirrored ? static_cast<double>(axis.full) * axis.resized - (k + 0.5) * sample_size
                                        : (k + 0.5) * sample_size;
    const double distance = middle - centre;
    weights[static_cast<std::size_t>(k)] = kernel_at(kernel, distance / scale);
    sum += weights[static_cast<std::size_t>(k)];
    // On a border between two the sample to the right in the upright picture counts.
    if (std::abs(distance) < least || (std::abs(distance) == least && distance > 0)) {
      least = std::abs(distance);
      at = k;
    }
  }
  if (kernel == Kernel::nearest || (copied && least == 0) || sum <= 0) {
    std::fill(weights.begin(), weights.end(), 0.0);
    weights[static_cast<std::size_t>(at)] = sum = 1;
  }
  for (double& w : weights) w /= sum;
  return weights;
}

}  // namespace

image::Plane make_plane(int width, int height, int bytes_per_sample, const std::function<int(int, int)>& value,
                        double pitch_x, double pitch_y) {
  image::Plane plane(width, height, bytes_per_sample, pitch_x, pitch_y);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) set_sample(plane, x, y, value(x, y));
  }
  return plane;
}

image::Plane noise_plane(std::mt19937& random, int width, int height, int bytes_per_sample, double pitch_x,
                         double pitch_y) {
  std::uniform_int_distribution<int> any(0, bytes_per_sample == 1 ? 255 : 65535);
  return make_plane(
      width, height, bytes_per_sample, [&](int, int) { return any(random); }, pitch_x, pitch_y);
}

image::Picture grey_picture(image::Plane plane) {
  image::Picture picture;
  picture.width = plane.width;
  picture.height = plane.height;
  picture.model = image::ColourModel::grey;
  picture.planes.push_back(std::move(plane));
  return picture;
}

image::Plane oriented(const image::Plane& plane, image::Orientation o) {
  const int width = o.transpose ? plane.height : plane.width;
  const int height = o.transpose ? plane.width : plane.height;
  const auto value = [&](int x, int y) {
    const int tx = o.mirror_x ? width - 1 - x : x;
    const int ty = o.mirror_y ? height - 1 - y : y;
    return o.transpose ? sample(plane, ty, tx) : sample(plane, tx, ty);
  };
  return make_plane(width, height, plane.bytes_per_sample, value, o.transpose ? plane.pitch_y : plane.pitch_x,
                    o.transpose ? plane.pitch_x : plane.pitch_y);
}

image::Geometry whole(image::Size resized) {
  image::Geometry g;
  g.resized = g.crop = g.canvas = resized;
  return g;
}

std::vector<std::vector<double>> reference_resize(const image::Picture& picture, std::size_t plane_index,
                                                  image::Orientation o, const image::Geometry& g, Kernel kernel,
                                                  int out_pitch_x, int out_pitch_y) {
  const image::Plane& plane = picture.planes[plane_index];
  const auto samples = [](int full, double pitch) { return static_cast<int>(std::ceil(full / pitch)); };
  const int columns = samples(picture.width, plane.pitch_x);
  const int rows = samples(picture.height, plane.pitch_y);
  ReferenceAxis x{picture.width, g.resized.width, g.crop_x,   g.crop.width,
                  plane.pitch_x, columns,         o.mirror_x, out_pitch_x};
  ReferenceAxis y{picture.height, g.resized.height, g.crop_y,   g.crop.height, plane.pitch_y,
                  rows,           o.mirror_y,       out_pitch_y};
  if (o.transpose) {
    std::swap(x.full, y.full);
    std::swap(x.pitch, y.pitch);
    std::swap(x.samples, y.samples);
  }
  std::vector<std::vector<double>> wx;
  std::vector<std::vector<double>> out;
  for (int i = 0; i < x.outputs(); ++i) wx.push_back(reference_weights(x, i, kernel));
  const double top = plane.bytes_per_sample == 1 ? 255 : 65535;
  for (int j = 0; j < y.outputs(); ++j) {
    const std::vector<double> wy = reference_weights(y, j, kernel);
    std::vector<double> line(static_cast<std::size_t>(x.samples));
    for (int v = 0; v < y.samples; ++v) {
      const double w = wy[static_cast<std::size_t>(v)];
      if (w == 0) continue;
      for (int u = 0; u < x.samples; ++u) {
        line[static_cast<std::size_t>(u)] += w * (o.transpose ? sample(plane, v, u) : sample(plane, u, v));
      }
    }
    out.emplace_back();
    for (const auto& w : wx) {
      double sum = 0;
      for (std::size_t u = 0; u < w.size(); ++u) sum += w[u] * line[u];
      out.back().push_back(std::clamp(sum, 0.0, top));
    }
  }
  return out;
}

double largest_error(const image::Plane& plane, const std::vector<std::vector<double>>& reference) {
  EXPECT_EQ(static_cast<std::size_t>(plane.height), reference.size());
  EXPECT_EQ(static_cast<std::size_t>(plane.width), reference.front().size());
  double largest = 0;
  for (int y = 0; y < plane.height; ++y) {
    for (int x = 0; x < plane.width; ++x) {
      const double wanted = reference[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
      largest = std::max(largest, std::abs(sample(plane, x, y) - wanted));
    }
  }
  return plane.bytes_per_sample == 1 ? largest : largest / 257;
}

namespace {

TEST(ReferenceResize, HalvesByAveragingPairs) {
  const image::Picture picture = grey_picture(make_plane(4, 1, 1, [](int x, int) { return x * 10; }));
  const auto halved = reference_resize(picture, 0, {}, whole({2, 1}), Kernel::box, 1, 1);
  EXPECT_DOUBLE_EQ(halved[0][0], 5);
  EXPECT_DOUBLE_EQ(halved[0][1], 25);
}

TEST(ReferenceResize, TurnsByExifSix) {
  // Stored rows 0 1 / 2 3; the stored top row is the right side of the upright picture.
  const image::Picture picture = grey_picture(make_plane(2, 2, 1, [](int x, int y) { return y * 2 + x; }));
  const auto turned =
      reference_resize(picture, 0, image::orientation_from_exif(6), whole({2, 2}), Kernel::nearest, 1, 1);
  EXPECT_EQ(turned, (std::vector<std::vector<double>>{{2, 0}, {3, 1}}));
}

}  // namespace
}  // namespace thumbs::test
