// The forward DCT of JPEG's blocks, the same bits on every machine.
#pragma once

#include <array>
#include <cstdint>

namespace thumbs::image {

/// A coefficient is an integer of this many to the unit.
inline constexpr int k_dct_scale = 8;

/// T.81's FDCT (A.3.3, with the level shift) of `blocks` squares of 8×8 samples side by side, at rows[0 to 7], in
/// single precision and in a fixed order of operations: 64 coefficients a block in zigzag order, times k_dct_scale,
/// rounded.
void forward_dct(const std::array<const std::uint8_t*, 8>& rows, int blocks, std::int16_t* coefficients);

}  // namespace thumbs::image
