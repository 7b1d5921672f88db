// BMP's run-length coding: to a picture of indices (RLE4, RLE8) or colours (RLE24).
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "image/codec/bmp/header.h"
#include "support/buffer.h"

namespace thumbs::image {

struct BmpRuns {
  Buffer pixels;        ///< of width × height, in the file's order of rows; what no run covers is 0
  bool ended = false;   ///< by its end mark, or by data to the last pixel
  bool marked = false;  ///< by its end mark
  int rows = 0;         ///< that are done
};

/// Bytes a pixel of BmpRuns.
constexpr std::size_t bmp_run_bytes(BmpCoding coding) { return coding == BmpCoding::rle24 ? 3 : 1; }

/// Calls `spend` with the bytes of work since the last call.
BmpRuns decode_bmp_runs(const BmpFile& file, std::span<const std::byte> data,
                        const std::function<void(std::size_t)>& spend);

}  // namespace thumbs::image
