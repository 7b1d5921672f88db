// The bytes and bits of a JPEG's segments and entropy-coded data, and its Huffman codes, for decoders of our own.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "image/codec/codec.h"

namespace thumbs {

/// Reads a source in order. What lies behind its end is zeros and makes it `ended`.
class JpegBytes {
 public:
  explicit JpegBytes(ByteSource& source) : source_(source) { source.rewind(); }

  int next() {
    if (piece_.empty()) return next_of_next_piece();
    const int byte = std::to_integer<int>(piece_.front());
    piece_ = piece_.subspan(1);
    ++position_;
    return byte;
  }
  int next_16() {
    const int high = next();
    return high << 8 | next();
  }
  /// Forward alone.
  void skip_to(std::uint64_t position);

  std::uint64_t position() const { return position_; }
  bool ended() const { return ended_; }

 private:
  int next_of_next_piece();

  ByteSource& source_;
  std::span<const std::byte> piece_;
  std::uint64_t position_ = 0;
  bool ended_ = false;
};

/// The bits of one run of entropy-coded data, up to a marker. Behind it come zeros, which count as overrun.
class JpegBits {
 public:
  explicit JpegBits(JpegBytes& bytes) : bytes_(bytes) {}

  /// Makes at least 48 bits ready.
  void fill() {
    while (count_ < 48) {
      const int byte = marker_ == 0 ? next_data_byte() : 0;
      if (marker_ != 0) padding_ += 8;
      bits_ = bits_ << 8 | static_cast<unsigned>(byte);
      count_ += 8;
    }
  }
  /// REQUIRES 1 ≤ count ≤ 16, and that so many are ready.
  unsigned peek(int count) const { return static_cast<unsigned>(bits_ >> (count_ - count)) & ((1U << count) - 1); }
  void drop(int count) { count_ -= count; }
  unsigned take(int count) {
    const unsigned value = peek(count);
    drop(count);
    return value;
  }

  bool overrun() const { return count_ < padding_; }
  /// At a run's end: the marker that follows, or -1 where there is more data before it or too little was there. Starts
  /// afresh behind it.
  int finish();

 private:
  int next_data_byte();

  JpegBytes& bytes_;
  std::uint64_t bits_ = 0;
  int count_ = 0;
  int padding_ = 0;
  int marker_ = 0;
};

/// A Huffman code for DC differences: symbols are 0 to 15, the number of bits that follow.
class DcCode {
 public:
  /// `lengths`[i]: how many codes have i bits, i from 1 to 16; `symbols` in the order of their codes. False where that
  /// is no such code.
  bool build(std::span<const std::uint8_t, 17> lengths, std::span<const std::uint8_t, 256> symbols);

  /// The next difference. False for a code that there is not. REQUIRES 32 bits that are ready.
  bool read(JpegBits& bits, int& difference) const {
    const Short entry = short_[bits.peek(k_short_bits)];
    int size = entry.symbol;
    if (entry.bits != 0)
      bits.drop(entry.bits);
    else if ((size = read_long(bits)) < 0)
      return false;
    difference = 0;
    if (size == 0) return true;
    const int value = static_cast<int>(bits.take(size));
    difference = value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
    return true;
  }

 private:
  static constexpr int k_short_bits = 9;
  struct Short {
    std::uint8_t bits = 0;  ///< 0: the code is longer
    std::uint8_t symbol = 0;
  };

  int read_long(JpegBits& bits) const;

  std::array<Short, 1 << k_short_bits> short_;
  std::array<int, 17> past_;   ///< the first code of so many bits that there is not
  std::array<int, 17> index_;  ///< of symbols_, less the first code
  std::array<std::uint8_t, 256> symbols_;
};

}  // namespace thumbs
