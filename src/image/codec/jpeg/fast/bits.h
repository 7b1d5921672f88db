// Reads bytes and bits of a JPEG's segments and entropy-coded data, and its Huffman codes, without libjpeg.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "image/codec/codec.h"

namespace thumbs::image {

/// Reads a source in order. After its end it gives zeros, and is `ended`.
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
  /// Forward only.
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

/// The bits of one run of entropy-coded data, up to a marker. After its end it gives zeros, which count as overrun.
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
  /// REQUIRES 0 ≤ count ≤ 16, and that so many are ready.
  unsigned peek(int count) const { return static_cast<unsigned>(bits_ >> (count_ - count)) & ((1U << count) - 1); }
  void drop(int count) { count_ -= count; }
  unsigned take(int count) {
    const unsigned value = peek(count);
    drop(count);
    return value;
  }

  bool overrun() const { return count_ < padding_; }
  /// At a run's end: the marker that follows, or -1 if there is more data before it or data was missing. Continues
  /// after the marker.
  int finish();

 private:
  int next_data_byte();

  JpegBytes& bytes_;
  std::uint64_t bits_ = 0;
  int count_ = 0;
  int padding_ = 0;
  int marker_ = 0;
};

/// A Huffman code (T.81, annex C).
class JpegCode {
 public:
  /// `lengths`[i]: how many codes have i bits, i from 1 to 16; `symbols` in the order of their codes. False if they
  /// do not make a valid code.
  bool build(std::span<const std::uint8_t, 17> lengths, std::span<const std::uint8_t, 256> symbols);

  /// The next symbol; -1 for an invalid code. REQUIRES 16 bits ready. Bits is JpegBits, or a class with the same
  /// peek(), drop() and take().
  template <class Bits>
  int read(Bits& bits) const {
    const Short entry = short_[bits.peek(k_short_bits)];
    if (entry.bits == 0) return read_long(bits);
    bits.drop(entry.bits);
    return entry.symbol;
  }

  /// How many codes have so many bits, and the symbols in the order of their codes.
  int count(int bits) const { return counts_[static_cast<std::size_t>(bits)]; }
  const std::array<std::uint8_t, 256>& symbols() const { return symbols_; }

 private:
  static constexpr int k_short_bits = 9;
  struct Short {
    std::uint8_t bits = 0;  ///< 0: the code is longer
    std::uint8_t symbol = 0;
  };

  template <class Bits>
  int read_long(Bits& bits) const {
    const int ahead = static_cast<int>(bits.peek(16));
    for (int size = k_short_bits + 1; size <= 16; ++size) {
      const auto s = static_cast<std::size_t>(size);
      const int code = ahead >> (16 - size);
      if (code >= past_[s]) continue;
      bits.drop(size);
      return symbols_[static_cast<std::size_t>(code + index_[s]) & 255];
    }
    return -1;
  }

  std::array<Short, 1 << k_short_bits> short_;
  std::array<int, 17> counts_{};
  std::array<int, 17> past_{};   ///< the first unused code of so many bits
  std::array<int, 17> index_{};  ///< of symbols_, less the first code
  std::array<std::uint8_t, 256> symbols_{};
};

/// The value of the `size` bits after a symbol (T.81, F.2.2.1: EXTEND). REQUIRES that they are ready, 15 at
/// most. No branches, since the bits are practically random.
template <class Bits>
int read_value(Bits& bits, int size) {
  const int value = static_cast<int>(bits.take(size));
  const int below_half = (value - (1 << size >> 1)) >> 31;
  return value + (below_half & (1 - (1 << size)));
}

/// A code for DC differences: symbols are 0 to 15, the number of bits that follow.
class DcCode {
 public:
  /// As JpegCode::build().
  bool build(std::span<const std::uint8_t, 17> lengths, std::span<const std::uint8_t, 256> symbols);

  /// The next difference. False for an invalid code. REQUIRES 32 bits ready.
  template <class Bits>
  bool read(Bits& bits, int& difference) const {
    const int size = code_.read(bits);
    if (size < 0) return false;
    difference = read_value(bits, size);
    return true;
  }

 private:
  JpegCode code_;
};

}  // namespace thumbs::image
