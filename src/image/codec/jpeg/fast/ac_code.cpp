// The table of single symbols, then the pairs of them that fit.
#include "image/codec/jpeg/fast/ac_code.h"

#include <algorithm>

namespace thumbs::image {
namespace {

using Entry = AcCode::Entry;

constexpr Entry k_unknown(0, 0, AcCode::k_nowhere, AcCode::k_nowhere, AcCode::k_too_long, 0);

constexpr Entry end_of_block(int bits) { return {0, 0, AcCode::k_nowhere, AcCode::k_nowhere, AcCode::k_end, bits}; }

constexpr Entry long_value(int symbol, int code_bits) {
  return {symbol, code_bits, AcCode::k_nowhere, AcCode::k_nowhere, AcCode::k_too_long, 0};
}

/// One coefficient, or (of size 0) sixteen zeros, of which the last is written.
constexpr Entry single(int value, int run, int bits) { return {value, value, run, run, run + 1, bits}; }

bool ends_block(const Entry& entry) { return entry.advance() >= AcCode::k_end; }

Entry joined(const Entry& first, const Entry& second) {
  const int place = static_cast<int>(first.first_place());
  const int advance = static_cast<int>(first.advance());
  const int advance_by_both = advance + static_cast<int>(second.advance());
  const int bits = first.bits() + second.bits();
  if (ends_block(second)) return {first.first(), first.first(), place, place, advance_by_both, bits};
  const int second_place = advance + static_cast<int>(second.first_place());
  return {first.first(), second.first(), place, second_place, advance_by_both, bits};
}

}  // namespace

bool AcCode::build(std::span<const std::uint8_t, 17> lengths, std::span<const std::uint8_t, 256> symbols,
                   int most_size) {
  if (!code_.build(lengths, symbols)) return false;
  std::array<Entry, 1 << k_ahead> singles;
  singles.fill(k_unknown);
  unsigned code = 0;
  std::size_t symbol = 0;
  for (int bits = 1; bits <= k_ahead; ++bits, code <<= 1) {
    for (int i = 0; i < code_.count(bits); ++i, ++code, ++symbol) {
      const int run = symbols[symbol] >> 4;
      const int size = symbols[symbol] & 15;
      if (size == 0 && run != 0 && run != 15) continue;  // not of a sequential file
      const int spare = k_ahead - bits - size;
      if (spare < 0 || size > most_size) {
        std::fill_n(singles.begin() + (code << (k_ahead - bits)), 1 << (k_ahead - bits),
                    long_value(symbols[symbol], bits));
        continue;
      }
      for (unsigned value = 0; value < 1U << size; ++value) {
        const int coefficient = static_cast<int>(value) - (size > 0 && value < 1U << size >> 1 ? (1 << size) - 1 : 0);
        const Entry entry = size == 0 && run == 0 ? end_of_block(bits) : single(coefficient, run, bits + size);
        std::fill_n(singles.begin() + ((code << size | value) << spare), 1 << spare, entry);
      }
    }
  }
  constexpr unsigned k_mask = (1U << k_ahead) - 1;
  for (unsigned ahead = 0; ahead <= k_mask; ++ahead) {
    const Entry& first = singles[ahead];
    const Entry& second = singles[ahead << first.bits() & k_mask];
    const bool both =
        first.bits() > 0 && !ends_block(first) && second.bits() > 0 && first.bits() + second.bits() <= k_ahead;
    entries_[ahead] = both ? joined(first, second) : first;
  }
  return true;
}

}  // namespace thumbs::image
