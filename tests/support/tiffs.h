// TIFF files made with libtiff: any depth, layout, compression and meaning of samples.
#pragma once

#include <tiffio.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "support/pictures.h"

namespace thumbs::test {

struct TiffRecipe {
  int width = 21;
  int height = 13;
  int bits = 8;
  int samples = 3;
  int photometric = PHOTOMETRIC_RGB;
  int compression = COMPRESSION_NONE;
  bool separate = false;
  int tile = 0;  ///< the side of tiles, a multiple of 16; 0: strips
  int rows_per_strip = 5;
  int extra = -1;  ///< EXTRASAMPLE_…; -1: the file does not say
  int orientation = 1;
  std::string mode = "w";                   ///< of libtiff: "wb" is big-endian, "w8" BigTIFF
  std::vector<std::uint16_t> palette = {};  ///< reds, greens, blues
  std::vector<std::byte> profile = {};
  std::string artist = {};
  int pages = 1;
};

/// A stored sample.
using StoredSample = std::function<unsigned(int c, int x, int y)>;

namespace detail {

struct TiffMemory {
  Bytes bytes;
  std::size_t at = 0;

  static TiffMemory& of(thandle_t handle) { return *static_cast<TiffMemory*>(handle); }
  static tmsize_t read(thandle_t handle, void* out, tmsize_t size) {
    TiffMemory& m = of(handle);
    const std::size_t got = std::min(static_cast<std::size_t>(size), m.bytes.size() - std::min(m.at, m.bytes.size()));
    std::memcpy(out, m.bytes.data() + m.at, got);
    m.at += got;
    return static_cast<tmsize_t>(got);
  }
  static tmsize_t write(thandle_t handle, void* in, tmsize_t size) {
    TiffMemory& m = of(handle);
    m.bytes.resize(std::max(m.bytes.size(), m.at + static_cast<std::size_t>(size)));
    std::memcpy(m.bytes.data() + m.at, in, static_cast<std::size_t>(size));
    m.at += static_cast<std::size_t>(size);
    return size;
  }
  static toff_t seek(thandle_t handle, toff_t offset, int whence) {
    TiffMemory& m = of(handle);
    m.at = static_cast<std::size_t>(offset) + (whence == SEEK_CUR ? m.at : whence == SEEK_END ? m.bytes.size() : 0);
    return m.at;
  }
  static int close(thandle_t) { return 0; }
  static toff_t size(thandle_t handle) { return of(handle).bytes.size(); }
};

/// Samples c0 to c1 of `count` pixels of a row, packed.
inline std::vector<std::uint8_t> packed_row(const TiffRecipe& r, const StoredSample& sample, int c0, int c1, int x0,
                                            int y, int count) {
  std::vector<std::uint8_t> out;
  unsigned held = 0;
  int there = 0;
  for (int x = x0; x < x0 + count; ++x)
    for (int c = c0; c < c1; ++c) {
      const unsigned value = sample(c, std::min(x, r.width - 1), std::min(y, r.height - 1));
      if (r.bits == 16) {  // libtiff takes this machine's order
        out.push_back(static_cast<std::uint8_t>(value));
        out.push_back(static_cast<std::uint8_t>(value >> 8));
        continue;
      }
      held = held << r.bits | value;
      for (there += r.bits; there >= 8; there -= 8) out.push_back(static_cast<std::uint8_t>(held >> (there - 8)));
    }
  if (there > 0) out.push_back(static_cast<std::uint8_t>(held << (8 - there)));
  return out;
}

inline void write_page(TIFF* tiff, const TiffRecipe& r, const StoredSample& sample) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(r.width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(r.height));
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, r.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, r.samples);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, r.photometric);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, r.compression);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, r.separate ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, r.orientation);
  if (r.compression == COMPRESSION_JPEG) TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, 100);
  if (r.compression == COMPRESSION_JPEG && r.photometric == PHOTOMETRIC_YCBCR)
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  const std::uint16_t kind = static_cast<std::uint16_t>(std::max(r.extra, 0));
  if (r.extra >= 0) TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &kind);
  const std::size_t colours = r.palette.size() / 3;
  if (colours > 0)
    TIFFSetField(tiff, TIFFTAG_COLORMAP, r.palette.data(), r.palette.data() + colours, r.palette.data() + 2 * colours);
  if (!r.profile.empty())
    TIFFSetField(tiff, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(r.profile.size()), r.profile.data());
  if (!r.artist.empty()) TIFFSetField(tiff, TIFFTAG_ARTIST, r.artist.c_str());
  if (r.tile > 0) {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, r.tile);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, r.tile);
  } else {
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, r.rows_per_strip);
  }
  const int cell_width = r.tile > 0 ? r.tile : r.width, cell_height = r.tile > 0 ? r.tile : r.rows_per_strip;
  for (int plane = 0; plane < (r.separate ? r.samples : 1); ++plane)
    for (int y = 0; y < r.height; y += cell_height)
      for (int x = 0; x < r.width; x += cell_width) {
        std::vector<std::uint8_t> cell;
        const int rows = r.tile > 0 ? cell_height : std::min(cell_height, r.height - y);
        for (int row = 0; row < rows; ++row) {
          const auto line =
              packed_row(r, sample, r.separate ? plane : 0, r.separate ? plane + 1 : r.samples, x, y + row, cell_width);
          cell.insert(cell.end(), line.begin(), line.end());
        }
        const auto size = static_cast<tmsize_t>(cell.size());
        const auto ux = static_cast<std::uint32_t>(x), uy = static_cast<std::uint32_t>(y);
        const auto up = static_cast<std::uint16_t>(plane);
        if (r.tile > 0)
          TIFFWriteEncodedTile(tiff, TIFFComputeTile(tiff, ux, uy, 0, up), cell.data(), size);
        else
          TIFFWriteEncodedStrip(tiff, TIFFComputeStrip(tiff, uy, up), cell.data(), size);
      }
  TIFFWriteDirectory(tiff);
}

}  // namespace detail

inline Bytes make_tiff(const TiffRecipe& recipe, const StoredSample& sample) {
  using M = detail::TiffMemory;
  M memory;
  TIFF* const tiff = TIFFClientOpen("made", recipe.mode.c_str(), &memory, M::read, M::write, M::seek, M::close, M::size,
                                    nullptr, nullptr);
  for (int page = 0; page < recipe.pages; ++page) detail::write_page(tiff, recipe, sample);
  TIFFClose(tiff);
  return std::move(memory.bytes);
}

}  // namespace thumbs::test
