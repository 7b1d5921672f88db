// What coefficients cost: JPEG's Huffman symbols counted, and from the counts an estimate of their lengths in bits.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace thumbs::image {

/// The unit of rates: so many to the bit.
inline constexpr int k_rate_bit = 256;

/// Bits that follow the symbol of a coefficient or a difference of DCs (T.81, F.1.2): 0 for 0, 1 for ±1, …
inline int size_of(int value) {
  return static_cast<int>(std::bit_width(static_cast<unsigned>(value < 0 ? -value : value)));
}

/// How often each symbol of a DC and an AC table was used. An AC symbol is run << 4 | size.
struct JpegCounts {
  std::array<int, 16> dc{};
  std::array<int, 256> ac{};

  void add(const JpegCounts& other);
};

/// The bits, in units of 1/k_rate_bit, of a file's codes and of the tables that declare them, if codes were ideal.
std::int64_t estimated_bits(const JpegCounts& counts);

/// The cost of each symbol with the bits after it, in units of 1/k_rate_bit. Rare symbols also cost the byte by which
/// they lengthen the table.
struct JpegRates {
  static constexpr int k_most_size = 14;  ///< more than T.81 allows for 8 bits, so that all fit

  explicit JpegRates(const JpegCounts& counts);

  std::array<std::int32_t, 16> dc{};                               ///< by the size of the difference
  std::array<std::array<std::int32_t, 64>, k_most_size + 1> ac{};  ///< by size (from 1) and run (0 to 62)
  std::array<std::int32_t, k_most_size + 1> least_ac{};            ///< of all runs
  std::int32_t end = 0;                                            ///< EOB
};

}  // namespace thumbs::image
