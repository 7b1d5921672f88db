// The planes of a JPEG as libjpeg gives them with raw data, and the memory that a decode into them needs.
#pragma once

#include <cstdint>
#include <vector>

#include "image/codec/jpeg/support.h"
#include "image/picture.h"

namespace thumbs::image {

/// What planes hold: all rows, or those of one row of MCUs.
enum class JpegRows { all, strip };

/// Planes, row buffers and coefficients for the factor that was requested. REQUIRES jpeg_calc_output_dimensions.
std::uint64_t jpeg_memory(const jpeg_decompress_struct& jpeg, ColourModel model, JpegRows rows);

/// Sizes and pitches of the planes. REQUIRES jpeg_calc_output_dimensions.
std::vector<Plane> jpeg_plane_shapes(const jpeg_decompress_struct& jpeg);

/// Planes as libjpeg fills them. Width and, for all rows, height leave out their padding, whose samples are not
/// always written. REQUIRES jpeg_calc_output_dimensions.
std::vector<Plane> jpeg_raw_planes(const jpeg_decompress_struct& jpeg, JpegRows rows);

}  // namespace thumbs::image
