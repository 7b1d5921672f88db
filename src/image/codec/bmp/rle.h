// BMP's run-length coding: to rows of indices (RLE4, RLE8) or colours (RLE24).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "image/codec/bmp/header.h"
#include "image/codec/source_reader.h"

namespace thumbs::image {

/// Bytes a pixel of BmpRuns.
constexpr std::size_t bmp_run_bytes(BmpCoding coding) { return coding == BmpCoding::rle24 ? 3 : 1; }

/// A place between two codes, and the pixel that the next one begins at.
struct BmpRunPlace {
  std::uint64_t at = 0;
  int x = 0;
  int y = 0;
};

/// Most files have their last row first, and only the codes say where a row begins. So they are read twice: first to
/// find out where each band of rows begins, then band by band in any order. One band is held at a time.
class BmpRuns {
 public:
  /// Looks through all codes. Calls `spend` with the pixels of work since the last call, now and in draw().
  BmpRuns(const BmpFile& file, ByteSource& source, int band_rows, std::function<void(std::size_t)> spend);

  bool ended() const { return ended_; }    ///< by an end mark, or by data to the last pixel
  bool marked() const { return marked_; }  ///< by an end mark
  int rows() const { return rows_; }       ///< that are done

  int bands() const { return static_cast<int>(bands_.size()); }
  int first_row(int band) const { return band * band_rows_; }
  int end_row(int band) const;
  /// Draws the rows of a band, in the file's order; what no run covers is 0. Throws Error.
  void draw(int band, std::span<std::byte> rows);

 private:
  const BmpFile& file_;
  SourceReader reader_;
  int band_rows_;
  std::function<void(std::size_t)> spend_;
  std::vector<BmpRunPlace> bands_;  ///< where each begins
  bool ended_ = false;
  bool marked_ = false;
  int rows_ = 0;
};

}  // namespace thumbs::image
