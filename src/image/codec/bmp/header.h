// A BMP's headers: how its pixels are stored, and where.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "image/codec/codec.h"
#include "image/codec/warnings.h"

namespace thumbs::image {

enum class BmpCoding : std::uint8_t { plain, rle4, rle8, rle24 };

/// The bits of a pixel that hold red, green, blue and alpha; 0: none do.
using BmpMasks = std::array<std::uint32_t, 4>;

struct BmpFile {
  int width = 0;
  int height = 0;
  bool top_down = false;
  int bits = 0;  ///< a pixel: 1, 2, 4, 8, 16, 24 or 32
  BmpCoding coding = BmpCoding::plain;
  BmpMasks masks{};                    ///< of 16 and 32 bits
  std::vector<std::uint32_t> palette;  ///< of up to 8 bits, packed as Header::palette is
  std::uint64_t pixels_at = 0;
  std::vector<std::byte> profile;

  std::uint64_t row_bytes() const {
    return (static_cast<std::uint64_t>(width) * static_cast<unsigned>(bits) + 31) / 32 * 4;
  }
};

/// Reads `source` from its start. Throws Error.
BmpFile read_bmp(ByteSource& source, Warnings& warnings);

}  // namespace thumbs::image
