// Whole blocks across, whole rows of MCUs down.
#include "image/codec/jpeg/planes.h"

#include <utility>

#include "image/codec/jpeg/fast/fast.h"

namespace thumbs::image {
namespace {

std::uint64_t rows_of_mcus(const jpeg_decompress_struct& jpeg) {
  const unsigned rows = static_cast<unsigned>(jpeg.max_v_samp_factor) * DCTSIZE;
  return (jpeg.image_height + rows - 1) / rows;
}

/// The size of a plane with the padding that libjpeg writes: whole blocks across, whole rows of MCUs down.
std::uint64_t padded_width(const jpeg_component_info& info) {
  return std::uint64_t{info.width_in_blocks} * static_cast<unsigned>(info.DCT_scaled_size);
}
std::uint64_t strip_height(const jpeg_component_info& info) {
  return static_cast<unsigned>(info.v_samp_factor * info.DCT_scaled_size);
}
std::uint64_t padded_height(const jpeg_decompress_struct& jpeg, const jpeg_component_info& info) {
  return rows_of_mcus(jpeg) * strip_height(info);
}

/// All coefficients of all components, which libjpeg keeps for a file of several scans.
std::uint64_t coefficient_bytes(const jpeg_decompress_struct& jpeg) {
  if (!jpeg_has_multiple_scans(const_cast<j_decompress_ptr>(&jpeg))) return 0;
  std::uint64_t blocks = 0;
  for (int c = 0; c < jpeg.num_components; ++c) {
    const jpeg_component_info& info = jpeg.comp_info[c];
    const std::uint64_t h = static_cast<unsigned>(info.h_samp_factor);
    const std::uint64_t across = (info.width_in_blocks + h - 1) / h * h;
    blocks += across * rows_of_mcus(jpeg) * static_cast<unsigned>(info.v_samp_factor);
  }
  return blocks * DCTSIZE2 * sizeof(JCOEF);
}

}  // namespace

std::uint64_t jpeg_memory(const jpeg_decompress_struct& jpeg, ColourModel model, JpegRows rows) {
  constexpr std::uint64_t k_fixed = 256 << 10;  // libjpeg's tables and buffers, the EXIF block
  constexpr std::uint64_t k_row_padding = 128;  // what a Plane adds at most
  std::uint64_t bytes = k_fixed + k_baseline_memory + coefficient_bytes(jpeg);
  if (model == ColourModel::cmyk) {
    const std::uint64_t row = (jpeg.output_width + k_row_padding) * std::uint64_t{4};
    const std::uint64_t buffered = static_cast<unsigned>(jpeg.max_v_samp_factor) * DCTSIZE * 4;
    return bytes + row * ((rows == JpegRows::all ? jpeg.output_height : 1) + buffered);
  }
  for (int c = 0; c < jpeg.num_components; ++c) {
    const jpeg_component_info& info = jpeg.comp_info[c];
    const std::uint64_t height = rows == JpegRows::all ? padded_height(jpeg, info) : strip_height(info);
    bytes += (padded_width(info) + k_row_padding) * height;
  }
  return bytes;
}

std::vector<Plane> jpeg_plane_shapes(const jpeg_decompress_struct& jpeg) {
  std::vector<Plane> shapes;
  for (int c = 0; c < jpeg.num_components; ++c) {
    const jpeg_component_info& info = jpeg.comp_info[c];
    const double scale = static_cast<double>(DCTSIZE) / info.DCT_scaled_size;
    shapes.push_back(plane_shape(static_cast<int>(info.downsampled_width), static_cast<int>(info.downsampled_height), 1,
                                 scale * jpeg.max_h_samp_factor / info.h_samp_factor,
                                 scale * jpeg.max_v_samp_factor / info.v_samp_factor));
  }
  return shapes;
}

std::vector<Plane> jpeg_raw_planes(const jpeg_decompress_struct& jpeg, JpegRows rows) {
  std::vector<Plane> planes = jpeg_plane_shapes(jpeg);
  for (int c = 0; c < jpeg.num_components; ++c) {
    const jpeg_component_info& info = jpeg.comp_info[c];
    Plane& shape = planes[static_cast<std::size_t>(c)];
    const std::uint64_t height = rows == JpegRows::all ? padded_height(jpeg, info) : strip_height(info);
    Plane plane(static_cast<int>(padded_width(info)), static_cast<int>(height), 1, shape.pitch_x, shape.pitch_y);
    plane.width = shape.width;
    if (rows == JpegRows::all) plane.height = shape.height;
    shape = std::move(plane);
  }
  return planes;
}

}  // namespace thumbs::image
