// Rate-distortion optimal quantisation: of the values next to each coefficient, those whose bits and distortion
// together are least. The published method (K. Ramchandran and M. Vetterli, Rate-distortion optimal fast thresholding
// with complete JPEG/MPEG decoder compatibility, 1994; M. Crouse and K. Ramchandran, 1997): a shortest path over the
// non-zero coefficients of a block, and one over the DCs of a component.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "image/codec/jpeg_entropy.h"

namespace thumbs {

/// The quantisation steps of a component and what distortion costs there. All in zigzag order.
struct JpegSteps {
  /// `table` as a DQT segment has it. Bits and distortion are weighed by λ, which grows with the square of the steps;
  /// it is 1/`strength` of them (times a constant) for both to matter as measured.
  JpegSteps(const std::array<std::uint16_t, 64>& table, std::int64_t strength);

  std::array<std::int32_t, 64> step{};  ///< times k_dct_scale
  std::array<float, 64> inverse{};      ///< 1 / step
  /// Moving a value one step away from its coefficient adds the square error step × excess, where the coefficient lies
  /// excess / 2 beyond the middle between both; that costs excess × price × weight / 2^k_price_bits in JpegRates'
  /// units.
  std::array<std::int64_t, 64> price{};

  static constexpr int k_price_bits = 32;
};

/// Plain quantisation of a block: the nearest values, halves away from 0. Returns which AC ones are not 0: bit k for
/// the k-th.
std::uint64_t quantise_nearest(const std::int16_t* coefficients, const JpegSteps& steps, std::int16_t* values);

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
};

/// Moves the values to the least sum of rate and distortion. Values stay within what a DC can be (±1024).
void move_dc(std::span<JpegDc> chain, const JpegSteps& steps, const JpegRates& rates);

}  // namespace thumbs
