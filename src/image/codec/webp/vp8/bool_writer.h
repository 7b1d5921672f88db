// RFC 6386's boolean entropy encoder (7.3): bits with probabilities into bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace thumbs::image::vp8 {

class BoolWriter {
 public:
  /// A bit that is 0 with a probability of `probability` / 256.
  void put(bool bit, int probability) {
    const std::uint32_t split = 1 + (((range_ - 1) * static_cast<std::uint32_t>(probability)) >> 8);
    if (bit) {
      bottom_ += split << k_below;
      range_ -= split;
    } else {
      range_ = split;
    }
    const int shift = __builtin_clz(range_) - 24;
    range_ <<= shift;
    bottom_ <<= shift;
    bits_ += shift;
    if (bits_ >= 8) give_byte();
  }
  void put_evenly(bool bit) { put(bit, 128); }
  /// The lowest `bits` bits of `value`, most significant first.
  void literal(int value, int bits) {
    while (bits-- > 0) put_evenly((value >> bits & 1) != 0);
  }
  /// A flag, and after it, if it is set, the literal.
  void optional(int value, int bits, bool there) {
    put_evenly(there);
    if (there) literal(value, bits);
  }

  /// Ends the partition, and gives its bytes. Nothing may be put after it.
  std::vector<std::uint8_t> finish() {
    for (int i = 0; i < 24; ++i) put_evenly(false);  // libwebp wants a byte or two more than it uses
    return std::move(bytes_);
  }
  std::size_t size() const { return bytes_.size(); }

 private:
  static constexpr int k_below = 16;  ///< bits of bottom_ below those of range_

  /// The byte above those that may still change, and a carry out of it.
  void give_byte() {
    bits_ -= 8;
    const int at = k_below + 8 + bits_;
    const auto out = static_cast<std::uint32_t>(bottom_ >> at);
    bottom_ &= (std::uint64_t{1} << at) - 1;
    if ((out & 256) != 0)
      for (std::size_t i = bytes_.size(); i > 0 && ++bytes_[i - 1] == 0;) --i;
    bytes_.push_back(static_cast<std::uint8_t>(out));
  }

  std::vector<std::uint8_t> bytes_;
  std::uint64_t bottom_ = 0;
  std::uint32_t range_ = 255;
  int bits_ = 0;  ///< that bottom_ was shifted by since its last byte
};

}  // namespace thumbs::image::vp8
