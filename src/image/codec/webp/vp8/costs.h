// What tokens cost in bits, by their probabilities; and how often each was met, for better probabilities.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>

#include "image/codec/webp/vp8/tables.h"

namespace thumbs::image::vp8 {

inline constexpr int k_cost_bits = 8;  ///< fractional bits of all costs
inline constexpr int k_most_level = 2048;

using Probabilities = std::array<std::uint8_t, k_probabilities>;

/// Of a bit with this probability of 0.
int cost_of(bool bit, int probability);

/// Of all 4×4 modes, by the modes above and to the left.
const std::uint16_t* costs_of_modes(Mode above, Mode left);
/// Of a mode of 16×16, or of chroma.
int cost_of_mode_16(Mode mode);
int cost_of_mode_uv(Mode mode);
/// Of saying that a macroblock has modes for each 4×4 block.
int cost_of_modes_4();

/// A block's levels in zigzag order.
struct Levels {
  std::int16_t at[16];
  int last;  ///< the place of the last one that is not 0; -1: there is none
};

class TokenCosts {
 public:
  void build(const Probabilities& probabilities);

  /// Of a block's tokens from place `first` on.
  int block(Plane plane, unsigned context, int first, const Levels& levels) const;

 private:
  struct Place {
    std::uint16_t end, more;           ///< of ending before this place, and of not doing so
    std::uint16_t value[k_nodes + 1];  ///< by category
  };
  Place at_[k_planes][17][k_contexts];
};

/// How often each node of the token tree met a 0 and a 1.
class TokenCounts {
 public:
  void count(std::size_t node, bool bit) { ++at_[node][bit ? 1 : 0]; }
  /// The probabilities that make these tokens and the list of changes small.
  Probabilities best() const;

 private:
  std::array<std::array<std::uint32_t, 2>, k_probabilities> at_{};
};

/// Walks through a block's tokens: put(node, bit) for each bit of the tree, extra(bit, probability) for the others.
template <class Put, class Extra>
void each_token(Plane plane, unsigned context, int first, const Levels& levels, const Put& put, const Extra& extra) {
  const auto node = [&](int n) { return node_of(plane, k_band_of[n], context); };
  int n = first;
  for (bool after_zero = false; n < 16; ++n) {
    std::size_t at = node(n);
    if (!after_zero) {
      put(at, n <= levels.last);
      if (n > levels.last) return;
    }
    const int value = std::abs(levels.at[n]);
    put(at + 1, value != 0);
    after_zero = value == 0;
    if (after_zero) {
      context = 0;
      continue;
    }
    put(at + 2, value > 1);
    context = value > 1 ? 2 : 1;
    if (value > 4) {
      put(at + 3, true);
      put(at + 6, value > 10);
      if (value > 10) {
        int category = 3;
        while (value < k_categories[category].first) --category;
        put(at + 8, category > 1);
        put(at + (category > 1 ? 10 : 9), (category & 1) != 0);
        const Category& c = k_categories[category];
        for (int i = 0; i < c.bits; ++i) extra((value - c.first) >> (c.bits - 1 - i) & 1, c.probabilities[i]);
      } else {
        put(at + 7, value > 6);
        if (value > 6) extra(value >= 9, 165);
        extra(value > 6 ? value % 2 == 0 : value == 6, value > 6 ? 145 : 159);
      }
    } else if (value > 1) {
      put(at + 3, false);
      put(at + 4, value > 2);
      if (value > 2) put(at + 5, value == 4);
    }
    extra(levels.at[n] < 0, 128);
  }
}

/// The bits of a 4×4 mode's tree: put(bit, index of its probability).
template <class Put>
void each_mode_bit(Mode mode, const Put& put) {
  put(mode != dc_pred, 0);
  if (mode == dc_pred) return;
  put(mode != tm_pred, 1);
  if (mode == tm_pred) return;
  put(mode != v_pred, 2);
  if (mode == v_pred) return;
  const bool level = mode == h_pred || mode == rd_pred || mode == vr_pred;
  put(!level, 3);
  if (level) {
    put(mode != h_pred, 4);
    if (mode != h_pred) put(mode == vr_pred, 5);
    return;
  }
  put(mode != ld_pred, 6);
  if (mode == ld_pred) return;
  put(mode != vl_pred, 7);
  if (mode != vl_pred) put(mode == hu_pred, 8);
}

/// The bits of a 16×16 mode and of chroma's, put(bit, probability).
template <class Put>
void each_mode_bit_16(Mode mode, const Put& put) {
  const bool second = mode == h_pred || mode == tm_pred;
  put(second, 156);
  put(second ? mode == tm_pred : mode == v_pred, second ? 128 : 163);
}
template <class Put>
void each_mode_bit_uv(Mode mode, const Put& put) {
  put(mode != dc_pred, 142);
  if (mode == dc_pred) return;
  put(mode != v_pred, 114);
  if (mode != v_pred) put(mode == tm_pred, 183);
}
inline constexpr int k_modes_16_probability = 145;  ///< that a macroblock has modes for each 4×4 block

}  // namespace thumbs::image::vp8
