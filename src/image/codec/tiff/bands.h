// Reads a page band by band: a row of tiles, a strip, or a single row where strips can be read so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "image/codec/tiff/layout.h"
#include "image/codec/tiff/session.h"

namespace thumbs::image {

class TiffBands {
 public:
  /// Both must outlive the object.
  TiffBands(const TiffSession& session, const TiffLayout& layout);

  /// An upper estimate of the bytes that this takes.
  static double memory(const TiffLayout& layout, std::uint64_t file_bytes, bool in_pieces);

  /// Calls `take` with each row's samples, from the top. Throws Error.
  void read(const std::function<void(const std::uint16_t*)>& take);

 private:
  std::uint32_t rows_at(std::uint32_t y) const;
  std::uint16_t* at(std::uint32_t row, std::uint32_t x) {
    return band_.data() + (std::size_t{row} * layout_.width + x) * step_;
  }
  void read_rows(const std::function<void(const std::uint16_t*)>& take);
  void read_cell(std::uint32_t y, std::uint32_t x, std::uint16_t plane, std::uint32_t rows);
  void read_converted(std::uint32_t y, std::uint32_t x, std::uint32_t rows);

  const TiffSession& session_;
  const TiffLayout& layout_;
  std::size_t step_;                 ///< samples a pixel of a band
  std::vector<std::uint16_t> band_;  ///< unpacked
  std::vector<std::uint8_t> cell_;   ///< a strip, a tile or a row, as libtiff gives it
};

}  // namespace thumbs::image
