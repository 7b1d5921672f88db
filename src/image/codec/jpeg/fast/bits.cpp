// T.81, annexes C (codes from lengths), F.2.2 (decoding) and B.1.1.5 (stuffed bytes).
#include "image/codec/jpeg/fast/bits.h"

#include <algorithm>

namespace thumbs::image {

int JpegBytes::next_of_next_piece() {
  if (!ended_) piece_ = source_.next();
  if (!piece_.empty()) return next();
  ended_ = true;
  return 0;
}

void JpegBytes::skip_to(std::uint64_t position) {
  while (position_ < position && !ended_) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(position - position_, piece_.size()));
    piece_ = piece_.subspan(count);
    position_ += count;
    if (position_ < position) {
      piece_ = source_.next();
      ended_ = piece_.empty();
    }
  }
}

int JpegBits::next_data_byte() {
  const int byte = bytes_.next();
  if (byte != 0xFF) {
    if (bytes_.ended()) marker_ = -1;
    return byte;
  }
  int code = byte;
  while (code == 0xFF) code = bytes_.next();
  if (bytes_.ended()) code = -1;
  if (code == 0) return 0xFF;
  marker_ = code;
  return 0;
}

int JpegBits::finish() {
  fill();
  const bool exact = marker_ > 0 && !overrun() && count_ - padding_ < 8;
  const int marker = exact ? marker_ : -1;
  bits_ = 0;
  count_ = padding_ = marker_ = 0;
  return marker;
}

bool JpegCode::build(std::span<const std::uint8_t, 17> lengths, std::span<const std::uint8_t, 256> symbols) {
  std::copy(symbols.begin(), symbols.end(), symbols_.begin());
  short_.fill({});
  int code = 0;
  int symbol = 0;
  for (int bits = 1; bits <= 16; ++bits) {
    const auto b = static_cast<std::size_t>(bits);
    const int count = lengths[b];
    // No code is all ones.
    if (symbol + count > 256 || (count > 0 && code + count >= 1 << bits)) return false;
    counts_[b] = count;
    index_[b] = symbol - code;
    for (int i = 0; i < count; ++i, ++symbol, ++code) {
      if (bits > k_short_bits) continue;
      const int spare = k_short_bits - bits;
      const std::ptrdiff_t first = std::ptrdiff_t{code} << spare;
      const std::uint8_t value = symbols_[static_cast<std::size_t>(symbol)];
      std::fill_n(short_.begin() + first, 1 << spare, Short{static_cast<std::uint8_t>(bits), value});
    }
    past_[b] = count > 0 ? code : -1;
    code <<= 1;
  }
  return true;
}

bool DcCode::build(std::span<const std::uint8_t, 17> lengths, std::span<const std::uint8_t, 256> symbols) {
  constexpr int k_most_bits_that_follow = 15;
  if (!code_.build(lengths, symbols)) return false;
  int used = 0;
  for (int bits = 1; bits <= 16; ++bits) used += code_.count(bits);
  return std::all_of(symbols.begin(), symbols.begin() + used, [](int size) { return size <= k_most_bits_that_follow; });
}

}  // namespace thumbs::image
