// Huffman codes for AC coefficients: one table lookup gives up to two short symbols with their values.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "image/codec/jpeg/fast/bits.h"

namespace thumbs::image {

class AcCode {
 public:
  static constexpr int k_ahead = 11;  ///< bits of one lookup

  /// What the next k_ahead bits begin with: one or two coefficients, or at most one and the block's end. Packed, so
  /// that a lookup is one load.
  class Entry {
   public:
    constexpr Entry() = default;
    constexpr Entry(int first, int second, int first_place, int second_place, int advance, int bits)
        : packed_(field(second, 48) | (field(first, 32) & 0xFFFF'FFFF'FFFF) | field(second_place, 24) |
                  field(first_place, 16) | field(advance, 8) | field(bits, 0)) {}

    /// The number of bits of all of it; 0 if the first symbol or its value is too long.
    constexpr int bits() const { return static_cast<int>(packed_ & 63); }
    /// The distance to the place reached, plus k_end after an EOB.
    constexpr unsigned advance() const { return packed_ >> 8 & 255; }
    /// In zigzag order, from the place that is reached.
    constexpr unsigned first_place() const { return packed_ >> 16 & 255; }
    constexpr unsigned second_place() const { return packed_ >> 24 & 255; }
    constexpr std::int16_t first() const { return static_cast<std::int16_t>(packed_ >> 32); }
    /// The next coefficient, or the first again.
    constexpr std::int16_t second() const { return static_cast<std::int16_t>(packed_ >> 48); }

    /// If bits() is 0: the symbol (run << 4 | size) whose value is too long, and the bits of its code; 0 if the symbol
    /// has no value.
    constexpr int symbol() const { return first(); }
    constexpr int code_bits() const { return second(); }

   private:
    static constexpr std::uint64_t field(int value, int at) { return static_cast<std::uint64_t>(value) << at; }
    std::uint64_t packed_ = 0;
  };
  static constexpr int k_end = 64;
  static constexpr int k_too_long = 128;  ///< the advance if bits() is 0
  static constexpr int k_nowhere = 80;    ///< where values go that are not coefficients

  /// As JpegCode::build(). An entry holds no values of more than `most_size` bits.
  bool build(std::span<const std::uint8_t, 17> lengths, std::span<const std::uint8_t, 256> symbols, int most_size);

  const Entry& at(unsigned ahead) const { return entries_[ahead]; }
  /// A symbol (run << 4 | size), -1 for an invalid code.
  const JpegCode& code() const { return code_; }

 private:
  std::array<Entry, 1 << k_ahead> entries_;
  JpegCode code_;
};

}  // namespace thumbs::image
