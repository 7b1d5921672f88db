// A picture in memory, and the eight ways in which a camera may have stored it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace shop {

/// 8-bit RGBA, not premultiplied, rows from the top.
struct Canvas {
  Canvas(int width, int height);

  std::uint8_t* at(int x, int y) { return pixels.data() + offset(x, y); }
  const std::uint8_t* at(int x, int y) const { return pixels.data() + offset(x, y); }

  int width;
  int height;
  std::vector<std::uint8_t> pixels;

 private:
  std::size_t offset(int x, int y) const {
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) * 4;
  }
};

/// How `upright` is stored so that a viewer which honours the EXIF `orientation` (1 to 8) shows it upright.
Canvas stored_as(const Canvas& upright, int orientation);

}  // namespace shop
