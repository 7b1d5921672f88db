// Whole blocks across, whole rows of MCUs down.
#include "image/codec/jpeg_planes.h"

#include "image/codec/jpeg_baseline.h"

namespace thumbs {
namespace {

std::uint64_t rows_of_mcus(const jpeg_decompress_struct& jpeg) {
  const unsigned rows = static_cast<unsigned>(jpeg.max_v_samp_factor) * DCTSIZE;
  return (jpeg.image_height + rows - 1) / rows;
}

/// The size of a plane with the padding that libjpeg writes: whole blocks across, whole rows of MCUs down.
std::uint64_t padded_width(const jpeg_component_info& info) {
  return std::uint64_t{info.width_in_blocks} * static_cast<unsigned>(info.DCT_scaled_size);
}
std::uint64_t padded_height(const jpeg_decompress_struct& jpeg, const jpeg_component_info& info) {
  return rows_of_mcus(jpeg) * static_cast<unsigned>(info.v_samp_factor * info.DCT_scaled_size);
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

std::uint64_t jpeg_memory(const jpeg_decompress_struct& jpeg, ColourModel model) {
  constexpr std::uint64_t k_fixed = 256 << 10;  // libjpeg's tables and buffers, the EXIF block
  constexpr std::uint64_t k_row_padding = 128;  // what a Plane adds at most
  std::uint64_t bytes = k_fixed + k_baseline_memory + coefficient_bytes(jpeg);
  if (model == ColourModel::cmyk) {
    const std::uint64_t row = (jpeg.output_width + k_row_padding) * std::uint64_t{4};
    const std::uint64_t buffered = static_cast<unsigned>(jpeg.max_v_samp_factor) * DCTSIZE * 4;
    return bytes + row * (jpeg.output_height + buffered);
  }
  for (int c = 0; c < jpeg.num_components; ++c) {
    const jpeg_component_info& info = jpeg.comp_info[c];
    bytes += (padded_width(info) + k_row_padding) * padded_height(jpeg, info);
  }
  return bytes;
}

std::vector<Plane> jpeg_raw_planes(const jpeg_decompress_struct& jpeg) {
  std::vector<Plane> planes;
  for (int c = 0; c < jpeg.num_components; ++c) {
    const jpeg_component_info& info = jpeg.comp_info[c];
    const double scale = static_cast<double>(DCTSIZE) / info.DCT_scaled_size;
    Plane& plane = planes.emplace_back(
        static_cast<int>(padded_width(info)), static_cast<int>(padded_height(jpeg, info)), 1,
        scale * jpeg.max_h_samp_factor / info.h_samp_factor, scale * jpeg.max_v_samp_factor / info.v_samp_factor);
    plane.width = static_cast<int>(info.downsampled_width);
    plane.height = static_cast<int>(info.downsampled_height);
  }
  return planes;
}

}  // namespace thumbs
