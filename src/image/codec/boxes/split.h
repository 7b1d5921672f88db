// Interleaved samples → planes, on vectors: sums of columns, copies, and means of sums.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace thumbs::image {

/// Rows are worked on in blocks of so many pixels: they are read and written up to a multiple of it.
inline constexpr std::size_t k_split_pixels = 16;

/// One for each channel, of at most 4.
template <class T>
using Split = std::array<T*, 4>;

/// Adds a row to the sums of its columns; or begins them, where it is the `first`.
void add_columns(const std::uint8_t* row, std::size_t width, std::size_t channels, const Split<std::uint16_t>& sums,
                 bool first);
void add_columns(const std::uint16_t* row, std::size_t width, std::size_t channels, const Split<std::uint32_t>& sums,
                 bool first);

/// Copies a row.
void split_row(const std::uint8_t* row, std::size_t width, std::size_t channels, const Split<std::uint8_t>& planes);
void split_row(const std::uint16_t* row, std::size_t width, std::size_t channels, const Split<std::uint16_t>& planes);

/// Means of 2 × 2, 3 × 3 or 4 × 4 samples, from sums of columns of as many; rounded half up. Makes whole blocks of 8
/// means: returns how many of the `count`, the rest being the caller's.
std::size_t mean_columns(const std::uint16_t* sums, std::size_t count, int shrink, std::uint8_t* out);

}  // namespace thumbs::image
