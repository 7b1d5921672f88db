// The planes of a JPEG as libjpeg gives them with raw data, and the memory that a decode into them needs.
#pragma once

#include <cstdint>
#include <vector>

#include "image/codec/jpeg_support.h"
#include "image/picture.h"

namespace thumbs {

/// Planes, row buffers and coefficients for the factor that was requested. REQUIRES jpeg_calc_output_dimensions.
std::uint64_t jpeg_memory(const jpeg_decompress_struct& jpeg, ColourModel model);

/// Planes as libjpeg fills them. Their padding is left out of width and height: its samples are not always written.
/// REQUIRES jpeg_calc_output_dimensions.
std::vector<Plane> jpeg_raw_planes(const jpeg_decompress_struct& jpeg);

}  // namespace thumbs
