// Plain quantisation: coefficients divided by steps.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace thumbs::image {

/// The quantisation steps of a component and the cost of distortion. All in zigzag order.
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

/// Rounds blocks of 64 coefficients to the nearest values, halves away from 0. Bit k of set[b] says that AC value k of
/// block b is not 0. `values` has as many entries as `coefficients`, `set` one for each block.
void quantise_nearest(std::span<const std::int16_t> coefficients, const JpegSteps& steps, std::int16_t* values,
                      std::uint64_t* set);

}  // namespace thumbs::image
