// Reads a PNG's rows without libpng, much faster: libdeflate inflates all of them at once, vectors undo the filters.
// Files that are interlaced, damaged or unusual are left to libpng. Code outside of this folder includes only this
// header.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "image/codec/codec.h"
#include "image/codec/cpu_limit.h"
#include "image/codec/sample_rows.h"

namespace thumbs::image {

/// How a PNG that is not interlaced stores its pixels, as its header says.
struct PngLayout {
  std::size_t width = 0;
  std::size_t height = 0;
  unsigned depth = 8;     ///< bits of a sample
  unsigned channels = 1;  ///< 1 for a palette's indices

  /// Red, green, blue and alpha; empty where samples are colours.
  std::vector<std::array<std::uint8_t, 4>> palette = {};
  /// The one colour, as stored, that tRNS makes transparent. Only in grey and RGB.
  std::optional<std::array<std::uint16_t, 3>> transparent = {};

  std::size_t row_bytes() const { return (width * channels * depth + 7) / 8; }
};

/// What read_whole_png() needs at its peak for a file of `source_bytes`; 0 if that is too much for it.
std::uint64_t whole_png_memory(const PngLayout& layout, std::uint64_t source_bytes);

/// Passes all rows to `take`, with the samples that libpng gives: palettes expanded, 1, 2 and 4 bits widened to 8, tRNS
/// made alpha, 16 bits reduced to 8 unless format.deep. Reads `source` from its start to IEND. False if the file is not
/// one for this reader: libpng must read it then, and rows that came are to be discarded. It is true only where
/// libpng has nothing to complain of behind the header. Throws Error too_slow at the `limit`, and what the source
/// throws. REQUIRES whole_png_memory() above 0.
bool read_whole_png(ByteSource& source, const PngLayout& layout, const RowFormat& format, const CpuLimit& limit,
                    const std::function<void(const std::byte*)>& take);

}  // namespace thumbs::image
