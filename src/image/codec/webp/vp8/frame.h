// Pictures as VP8 key frames (RFC 6386) in WebP files. Why not libwebp's encoder: it codes each 4×4 block in all ten
// modes; here those that are not near are left out, by a measure on vectors. Twice as fast, and fewer bytes at equal
// SSIM (tests/bench/README.md).
#pragma once

#include <cstddef>
#include <vector>

#include "image/codec/webp/vp8/plan.h"

namespace thumbs::image::vp8 {

/// A whole file; none where a frame has no room for the picture's modes, as it may be from 4096 × 4096 pixels on.
/// `quality`: 1 to 100. `effort`: 0 to 6. Throws like keep_within_limits().
std::vector<std::byte> encode(const Yuv& picture, int quality, int effort);

}  // namespace thumbs::image::vp8
