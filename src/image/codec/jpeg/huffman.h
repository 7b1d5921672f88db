// The best Huffman code that JPEG can declare for symbols of known counts.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace thumbs::image {

/// As a DHT segment has it (T.81, B.2.4.2).
struct HuffmanTable {
  std::array<std::uint8_t, 17> codes{};     ///< [i]: how many have i bits, 1 to 16
  std::array<std::uint8_t, 256> symbols{};  ///< in the order of their codes
};

/// Huffman's code with lengths cut to 16 and no code of ones alone, as T.81, K.2 does both. Symbols of count 0 get
/// no code. REQUIRES at most 256 counts, of which the sum is below 2^31.
HuffmanTable best_table(std::span<const int> counts);

}  // namespace thumbs::image
