// Canvases as the files that cameras and drawing programs write.
#pragma once

#include <string>

#include "canvas.h"

namespace shop {

enum class Layout { grey, rgb, rgba };

struct JpegSettings {
  bool grey = false;
  bool progressive = false;
  bool full_chroma = false;  ///< 4:4:4; else 4:2:0
  int quality = 88;
  int orientation = 1;  ///< EXIF's; written where it is not 1
};

/// Both store `canvas` as it is and throw std::runtime_error where the file cannot be made. A fault inside libjpeg ends
/// the program with its message: libjpeg's own way, and right for so small a program.
void write_jpeg(const std::string& path, const Canvas& canvas, const JpegSettings& settings);
void write_png(const std::string& path, const Canvas& canvas, Layout layout);

}  // namespace shop
