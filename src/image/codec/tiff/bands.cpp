// libtiff decodes a cell at a time; what of it lies beyond the picture is left out.
#include "image/codec/tiff/bands.h"

#include <algorithm>

#include "image/codec/tiff/samples.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

/// Rows of strips that hold all samples of a pixel come one by one.
bool row_by_row(const TiffLayout& layout) { return !layout.tiled && !layout.separate && !layout.converted; }

std::size_t checked_size(tmsize_t size) {
  if (size <= 0) throw Error(ErrorCode::corrupt, "strips or tiles of no size");
  return static_cast<std::size_t>(size);
}

}  // namespace

TiffBands::TiffBands(const TiffSession& session, const TiffLayout& layout)
    : session_(session), layout_(layout), step_(static_cast<std::size_t>(layout.samples)) {
  const bool rows = row_by_row(layout);
  band_.resize(std::size_t{rows ? 1 : std::min(layout.cell_height, layout.height)} * layout.width * step_);
  if (layout.converted)
    cell_.resize(std::size_t{4} * layout.cell_width * layout.cell_height);
  else
    cell_.resize(checked_size(rows           ? TIFFScanlineSize(session.tiff())
                              : layout.tiled ? TIFFTileSize(session.tiff())
                                             : TIFFStripSize(session.tiff())));
}

double TiffBands::memory(const TiffLayout& layout, std::uint64_t file_bytes, bool in_pieces) {
  constexpr double k_most_of_jpeg = 110 << 20;  // libtiff refuses more
  constexpr double k_codec_row = 64;            // bytes a sample of a row: codes of CCITT, predictors, JPEG's rows
  const double width = layout.width, samples = layout.samples;
  const double cell_pixels = static_cast<double>(layout.cell_width) * layout.cell_height;
  const bool rows = row_by_row(layout);
  const double band = (rows ? 1 : std::min(layout.cell_height, layout.height)) * width * samples * 2;
  const double cell = rows ? width * samples * 2 : layout.converted ? cell_pixels * 4 : cell_pixels * samples * 2;
  const double jpeg = layout.compression == COMPRESSION_JPEG ? std::min(cell_pixels * samples * 2, k_most_of_jpeg) : 0;
  const double raw = in_pieces ? std::min(static_cast<double>(file_bytes), cell_pixels * samples * 2 + (1 << 20)) : 0;
  return band + cell + jpeg + raw + (layout.converted ? cell : 0) +
         std::max<double>(layout.cell_width, width) * samples * k_codec_row + (2 << 20);
}

std::uint32_t TiffBands::rows_at(std::uint32_t y) const { return std::min(layout_.cell_height, layout_.height - y); }

void TiffBands::read(const std::function<void(const std::uint16_t*)>& take) {
  if (row_by_row(layout_)) return read_rows(take);
  for (std::uint32_t y = 0; y < layout_.height; y += rows_at(y)) {
    const std::uint32_t rows = rows_at(y);
    for (std::uint32_t x = 0; x < layout_.width; x += std::min(layout_.cell_width, layout_.width - x)) {
      if (layout_.converted)
        read_converted(y, x, rows);
      else
        for (int plane = 0; plane < (layout_.separate ? layout_.samples : 1); ++plane)
          read_cell(y, x, static_cast<std::uint16_t>(plane), rows);
    }
    for (std::uint32_t row = 0; row < rows; ++row) take(at(row, 0));
  }
}

void TiffBands::read_rows(const std::function<void(const std::uint16_t*)>& take) {
  const std::size_t needed = (std::size_t{layout_.width} * step_ * static_cast<unsigned>(layout_.bits) + 7) / 8;
  if (cell_.size() < needed) throw Error(ErrorCode::corrupt, "rows of another size than their width");
  for (std::uint32_t y = 0; y < layout_.height; ++y) {
    if (TIFFReadScanline(session_.tiff(), cell_.data(), y, 0) < 0) session_.raise();
    unpack_tiff_samples(cell_.data(), layout_.bits, std::size_t{layout_.width} * step_, band_.data(), 1);
    take(band_.data());
  }
}

void TiffBands::read_cell(std::uint32_t y, std::uint32_t x, std::uint16_t plane, std::uint32_t rows) {
  TIFF* const tiff = session_.tiff();
  const std::size_t in_cell = layout_.separate ? 1 : step_;
  const std::size_t row_bytes = checked_size(layout_.tiled ? TIFFTileRowSize(tiff) : TIFFScanlineSize(tiff));
  const std::size_t pixels = std::min(layout_.cell_width, layout_.width - x);
  const std::size_t needed = row_bytes * (rows - 1) + (pixels * in_cell * static_cast<unsigned>(layout_.bits) + 7) / 8;
  if (cell_.size() < needed) throw Error(ErrorCode::corrupt, "strips or tiles of another size than their pixels");
  const auto size = static_cast<tmsize_t>(cell_.size());
  const tmsize_t got = layout_.tiled
                           ? TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, x, y, 0, plane), cell_.data(), size)
                           : TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, y, plane), cell_.data(), size);
  if (got < 0 || static_cast<std::size_t>(got) < needed) session_.raise();
  for (std::uint32_t row = 0; row < rows; ++row)
    unpack_tiff_samples(cell_.data() + row * row_bytes, layout_.bits, pixels * in_cell, at(row, x) + plane,
                        layout_.separate ? step_ : 1);
}

/// The last row comes first, as words of ABGR.
void TiffBands::read_converted(std::uint32_t y, std::uint32_t x, std::uint32_t rows) {
  TIFF* const tiff = session_.tiff();
  auto* const raster = reinterpret_cast<std::uint32_t*>(cell_.data());
  const int done =
      layout_.tiled ? TIFFReadRGBATileExt(tiff, x, y, raster, 1) : TIFFReadRGBAStripExt(tiff, y, raster, 1);
  if (done != 1) session_.raise();
  const std::uint32_t last = layout_.tiled ? layout_.cell_height - 1 : rows - 1;
  const std::uint32_t pixels = std::min(layout_.cell_width, layout_.width - x);
  for (std::uint32_t row = 0; row < rows; ++row) {
    const std::uint32_t* in = raster + std::size_t{last - row} * layout_.cell_width;
    std::uint16_t* out = at(row, x);
    for (std::uint32_t i = 0; i < pixels; ++i) {
      *out++ = static_cast<std::uint16_t>(TIFFGetR(in[i]));
      *out++ = static_cast<std::uint16_t>(TIFFGetG(in[i]));
      *out++ = static_cast<std::uint16_t>(TIFFGetB(in[i]));
    }
  }
}

}  // namespace thumbs::image
