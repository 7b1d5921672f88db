// Limited-range samples (BT.601's 16 to 235, chroma 16 to 240) and deeper ones to JPEG's 0 to 255.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace thumbs::image {

/// For each sample value its value in 8 bits of the full range.
using RangeTable = std::vector<std::uint8_t>;

/// Luma (and RGB) samples of `bits` (8 to 16): black and white become 0 and 255, values beyond are clipped.
RangeTable luma_table(int bits = 8, bool limited = true);

/// Chroma samples: the middle becomes 128; full-range ones of 8 bits stay.
RangeTable chroma_table(int bits = 8, bool limited = true);

}  // namespace thumbs::image
