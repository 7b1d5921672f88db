// How a TIFF's first page is stored, by its directory, and what its samples mean.
#pragma once

#include <cstdint>
#include <vector>

#include "image/codec/codec.h"
#include "image/codec/tiff/session.h"

namespace thumbs::image {

struct TiffLayout {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  int bits = 1;     ///< of a stored sample, 1 to 16
  int samples = 1;  ///< of a stored pixel
  int orientation = 1;
  std::uint16_t compression = COMPRESSION_NONE;
  bool tiled = false;
  bool separate = false;          ///< each sample in a plane of its own
  std::uint32_t cell_width = 0;   ///< of a tile, or a strip
  std::uint32_t cell_height = 0;  ///< likewise, at most the picture's
  /// libtiff converts whole strips or tiles to RGBA: subsampled YCbCr without JPEG, Lab.
  bool converted = false;

  ColourModel model = ColourModel::rgb;
  bool inverted = false;               ///< 0 is white; or inks, of which 0 is none
  std::vector<std::uint32_t> palette;  ///< packed as Header::palette is, opaque
  int alpha_at = -1;                   ///< the sample that is alpha; -1: none
  bool premultiplied = false;
  bool more_pages = false;

  int colours() const {
    return !palette.empty() ? 1 : model == ColourModel::grey ? 1 : model == ColourModel::cmyk ? 4 : 3;
  }
};

/// Throws Error unsupported, corrupt. Tells libtiff to give RGB where JPEG data is YCbCr.
TiffLayout read_tiff_layout(const TiffSession& session);

}  // namespace thumbs::image
