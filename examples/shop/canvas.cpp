#include "canvas.h"

#include <cstring>

namespace shop {

Canvas::Canvas(int width_in, int height_in)
    : width(width_in),
      height(height_in),
      pixels(static_cast<std::size_t>(width_in) * static_cast<std::size_t>(height_in) * 4) {}

Canvas stored_as(const Canvas& upright, int orientation) {
  if (orientation == 1) return upright;
  const bool transposed = orientation >= 5;
  // By EXIF's table, which side of the stored picture row 0 and column 0 of the upright one lie on.
  const bool mirror_x = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  const bool mirror_y = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  Canvas stored(transposed ? upright.height : upright.width, transposed ? upright.width : upright.height);
  for (int y = 0; y < upright.height; ++y) {
    for (int x = 0; x < upright.width; ++x) {
      const int mirrored_x = mirror_x ? upright.width - 1 - x : x;
      const int mirrored_y = mirror_y ? upright.height - 1 - y : y;
      std::uint8_t* to = transposed ? stored.at(mirrored_y, mirrored_x) : stored.at(mirrored_x, mirrored_y);
      std::memcpy(to, upright.at(x, y), 4);
    }
  }
  return stored;
}

}  // namespace shop
