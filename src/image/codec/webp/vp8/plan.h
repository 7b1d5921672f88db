// How finely each part of a picture is quantised: up to four segments, by how busy their macroblocks are.
#pragma once

#include <cstdint>
#include <vector>

#include "image/codec/webp/vp8/blocks.h"

namespace thumbs::image::vp8 {

/// A picture in BT.601 and 4:2:0.
struct Yuv {
  int width, height;
  Samples y, u, v;

  int across() const { return (width + 15) / 16; }  ///< macroblocks
  int down() const { return (height + 15) / 16; }
};

/// The samples of a macroblock. Beyond the picture its last ones go on.
struct Source {
  std::uint8_t y[256], u[64], v[64];
};
Source source_of(const Yuv& picture, int x, int y);

struct Segment {
  int index = 0;   ///< of the quantiser's steps
  int filter = 0;  ///< level of the loop filter
  int step = 0;    ///< of luma's ACs
  Quantiser y, y2, uv;
};

inline constexpr std::size_t k_most_segments = 4;

struct Plan {
  std::size_t count = 1;
  Segment segments[k_most_segments];
  std::vector<std::uint8_t> of;  ///< each macroblock
};

/// `quality`: 1 to 100. Whole numbers only, so that no machine plans otherwise.
Plan plan_of(const Yuv& picture, int quality);

}  // namespace thumbs::image::vp8
