// The forward DCT of JPEG's blocks, the same bits on every machine.
#pragma once

#include <array>
#include <cstdint>

namespace thumbs {

/// Where JPEG's zigzag order has the coefficients of a block in natural order (T.81, figure A.6).
inline constexpr std::array<std::uint8_t, 64> k_zigzag = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

/// A coefficient is an integer of this many to the unit.
inline constexpr int k_dct_scale = 8;

/// T.81's FDCT (A.3.3, with the level shift) of `blocks` squares of 8×8 samples side by side, at rows[0 to 7], in
/// single precision and in a fixed order of operations: 64 coefficients a block in zigzag order, times k_dct_scale,
/// rounded.
void forward_dct(const std::array<const std::uint8_t*, 8>& rows, int blocks, std::int16_t* coefficients);

}  // namespace thumbs
