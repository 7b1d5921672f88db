#include <png.h>

#include <stdexcept>
#include <vector>

#include "picture_file.h"

namespace shop {
namespace {

png_uint_32 format(Layout layout) {
  switch (layout) {
    case Layout::grey: return PNG_FORMAT_GRAY;
    case Layout::rgb: return PNG_FORMAT_RGB;
    case Layout::rgba: return PNG_FORMAT_RGBA;
  }
  return PNG_FORMAT_RGBA;
}

void append(std::vector<png_byte>& bytes, const std::uint8_t* pixel, Layout layout) {
  if (layout == Layout::grey) {
    // BT.601's weights in 256ths.
    bytes.push_back(static_cast<png_byte>((pixel[0] * 77 + pixel[1] * 150 + pixel[2] * 29) >> 8));
  } else {
    bytes.insert(bytes.end(), pixel, pixel + (layout == Layout::rgb ? 3 : 4));
  }
}

std::vector<png_byte> packed(const Canvas& canvas, Layout layout) {
  std::vector<png_byte> bytes;
  bytes.reserve(canvas.pixels.size());
  for (std::size_t at = 0; at < canvas.pixels.size(); at += 4) append(bytes, canvas.pixels.data() + at, layout);
  return bytes;
}

}  // namespace

void write_png(const std::string& path, const Canvas& canvas, Layout layout) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(canvas.width);
  image.height = static_cast<png_uint_32>(canvas.height);
  image.format = format(layout);
  image.flags = PNG_IMAGE_FLAG_FAST;
  const std::vector<png_byte> bytes = packed(canvas, layout);
  if (!png_image_write_to_file(&image, path.c_str(), 0, bytes.data(), 0, nullptr)) {
    throw std::runtime_error("cannot write " + path + ": " + image.message);
  }
}

}  // namespace shop
