// Any bytes as a colour profile, behind a byte that chooses the picture that it belongs to. A conversion gives the same
// colours twice, and what is kept of a profile can be read again.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "image/colour/icc.h"
#include "support/pictures.h"

namespace thumbs {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

struct Shape {
  image::ColourModel model;
  int bits;
  bool alpha;
};

constexpr std::array k_shapes = {
    Shape{image::ColourModel::rgb, 8, false},   Shape{image::ColourModel::rgb, 16, true},
    Shape{image::ColourModel::grey, 8, false},  Shape{image::ColourModel::grey, 16, true},
    Shape{image::ColourModel::ycbcr, 8, false}, Shape{image::ColourModel::cmyk, 8, false},
};

/// A ramp through all planes.
image::Picture ramp(const Shape& shape) {
  constexpr int k_side = 8;
  image::Picture picture;
  picture.width = picture.height = k_side;
  picture.model = shape.model;
  picture.alpha = picture.premultiplied = shape.alpha;
  const int planes = image::colour_planes(shape.model) + (shape.alpha ? 1 : 0);
  for (int c = 0; c < planes; ++c) {
    image::Plane& plane = picture.planes.emplace_back(k_side, k_side, shape.bits / 8);
    for (int y = 0; y < k_side; ++y) {
      for (int x = 0; x < k_side; ++x) {
        const int value = (y * k_side + x) * 4 * (c + 1) % 256;
        if (shape.bits == 8)
          plane.row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(value);
        else
          plane.row<std::uint16_t>(y)[x] = static_cast<std::uint16_t>(value * 257);
      }
    }
  }
  return picture;
}

std::vector<unsigned> converted(const image::Conversion& conversion, const Shape& shape) {
  image::Picture picture = ramp(shape);
  conversion.to_srgb->apply(picture);
  require(picture.model != image::ColourModel::cmyk);
  return test::samples_of(picture);
}

void convert(std::span<const std::byte> profile, const Shape& shape) {
  image::ColourSpace colours;
  colours.profile.assign(profile.begin(), profile.end());
  const image::Conversion conversion = image::conversion_to_srgb(colours, shape.model, shape.bits);
  if (conversion.to_srgb != nullptr) require(converted(conversion, shape) == converted(conversion, shape));
  if (shape.model == image::ColourModel::cmyk) return;
  const std::vector<std::byte> kept = image::profile_to_keep(colours, shape.model);
  require(kept.empty() || kept.size() >= std::min<std::size_t>(colours.profile.size(), 128));
}

}  // namespace
}  // namespace thumbs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto bytes = std::as_bytes(std::span(data, size));
  thumbs::convert(bytes.subspan(1), thumbs::k_shapes.at(data[0] % thumbs::k_shapes.size()));
  return 0;
}
