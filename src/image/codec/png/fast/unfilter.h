// Undoes PNG's filters (PNG 3, section 9), several rows at a time.
#pragma once

#include <cstddef>
#include <cstdint>

namespace thumbs::image {

/// So many bytes behind a row of `out`, and of the row above it, may be read and written.
inline constexpr std::size_t k_unfilter_slack = 16;
inline constexpr std::size_t k_unfilter_rows = 4;  ///< at most, in one call

struct FilteredRows {
  const std::uint8_t* first = nullptr;  ///< its filter's number, which is 0 to 4; then its bytes
  std::size_t left = 0;                 ///< rows, this one and those behind it
  std::size_t row_bytes = 0;
  std::size_t pixel_bytes = 1;  ///< of whole pixels: 1, 2, 3, 4, 6 or 8; 1 for smaller ones
};

/// Undoes the filters of the next rows; returns how many, at least one. They are `pitch` apart in `out`. `above` is the
/// row before them, of zeros before the first. 16 bytes behind `in` may be read.
std::size_t unfilter(const FilteredRows& in, const std::uint8_t* above, std::uint8_t* out, std::size_t pitch);

/// As above for one row, without vectors.
void unfilter_plain(const FilteredRows& in, const std::uint8_t* above, std::uint8_t* out);

}  // namespace thumbs::image
