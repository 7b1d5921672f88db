// A product before a backdrop, as a shop would photograph it.
#pragma once

#include <cstdint>

#include "canvas.h"
#include "material.h"

namespace shop {

enum class Shape { bottle, mug, ball, parcel, ring, lamp, cushion };

struct Scene {
  Shape shape = Shape::bottle;
  Material material;
  Rgb backdrop_top, backdrop_bottom;
  float tilt = 0;        ///< radians
  float label = 0;       ///< 0: none; else the height of a printed label, as a part of the product
  bool cut_out = false;  ///< transparent where the product is not
  float grain = 0.02f;   ///< sensor noise
  std::uint32_t seed = 0;
};

/// A scene that `seed` picks.
Scene make_scene(std::uint64_t seed);

/// The same seed and size give the same pixels.
Canvas render(const Scene& scene, int width, int height);

}  // namespace shop
