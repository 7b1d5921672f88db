// Rate-distortion optimal quantisation: of the values next to each coefficient, those whose bits and distortion
// together are least. The published method (K. Ramchandran and M. Vetterli, Rate-distortion optimal fast thresholding
// with complete JPEG/MPEG decoder compatibility, 1994; M. Crouse and K. Ramchandran, 1997): a shortest path over the
// non-zero coefficients of a block, and one over the DCs of a component.
#pragma once

#include <cstdint>
#include <span>

#include "image/codec/jpeg/trellis/entropy.h"
#include "image/codec/jpeg/trellis/plain.h"

namespace thumbs::image {

/// Lowers AC `values`, which are the nearest ones (not 0 where `set` says), each by at most 1 towards 0, to the least
/// sum of rate and distortion: ±1 to 0, and ±2^n to what takes a bit less. (Any other step adds distortion and saves
/// nothing, or is too far to be worth it.) Returns which are left.
std::uint64_t lower_ac(const std::int16_t* coefficients, const JpegSteps& steps, std::int64_t weight,
                       const JpegRates& rates, std::uint64_t set, std::int16_t* values);

/// Counts a block's AC symbols.
void count_ac(const std::int16_t* values, std::uint64_t set, JpegCounts& counts);

/// One DC of a chain in which each is coded as its difference from the one before.
struct JpegDc {
  std::int32_t coefficient;  ///< times k_dct_scale
  std::int32_t value;        ///< in: the nearest one; out: moved by at most 1
  std::int64_t weight;
  bool held = false;  ///< is not to be moved
};

/// Moves the values to the least sum of rate and distortion. Values stay within what a DC can be (±1024);
/// those that are held stay as they are.
void move_dc(std::span<JpegDc> chain, const JpegSteps& steps, const JpegRates& rates);

}  // namespace thumbs::image
