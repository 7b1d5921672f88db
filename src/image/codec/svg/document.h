// An SVG's text, read once: its size, and a copy of it that holds nothing but what may be drawn.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "image/codec/warnings.h"
#include "thumbs/manifest.h"

namespace thumbs::image {

struct SvgDocument {
  double width = 0;  ///< in pixels of CSS
  double height = 0;
  std::string text;  ///< UTF-8, without entities
  std::size_t elements = 0;
  std::uint64_t embedded_pixels = 0;  ///< of pictures in it
};

/// Leaves out text (no font is the same on every machine), scripts, foreign objects, references to other files, and
/// pictures that are not PNG or JPEG in data: URIs. Throws Error: not_a_picture where the root is no svg, corrupt,
/// truncated, too_large.
SvgDocument read_svg(std::string_view text, const Limits& limits, Warnings& warnings);

}  // namespace thumbs::image
