#include "image/codec/webp/vp8/costs.h"

#include <algorithm>

namespace thumbs::image::vp8 {
namespace {

/// log2(x) with 8 fractional bits, rounded down; x ≥ 1. By squaring: no machine finds another one.
constexpr int log2_of(std::uint32_t x) {
  int whole = 0;
  while (x >> (whole + 1) != 0) ++whole;
  std::uint64_t mantissa = (std::uint64_t{x} << 32) >> whole;  // 1 to 2, with 32 bits
  int result = whole;
  for (int i = 0; i < 8; ++i) {
    mantissa = (mantissa >> 16) * (mantissa >> 16);
    const bool over = mantissa >= std::uint64_t{2} << 32;
    if (over) mantissa >>= 1;
    result = result * 2 + (over ? 1 : 0);
  }
  return result;
}

constexpr auto k_costs = [] {
  std::array<std::uint16_t, 257> costs{};
  for (std::uint32_t p = 1; p <= 256; ++p) costs[p] = static_cast<std::uint16_t>((8 << 8) - log2_of(p));
  costs[0] = 9 << 8;
  return costs;
}();

struct Value {
  std::uint16_t extra;    ///< cost of the sign and the extra bits
  std::uint8_t category;  ///< 0 to 4: the value itself
};

constexpr int extra_of(int value) {
  int cost = value == 0 ? 0 : k_costs[128];
  const auto add = [&](bool bit, int p) { cost += k_costs[static_cast<std::size_t>(bit ? 256 - p : p)]; };
  if (value > 10) {
    int category = 3;
    while (value < k_categories[category].first) --category;
    const Category& c = k_categories[category];
    for (int i = 0; i < c.bits; ++i) add(((value - c.first) >> (c.bits - 1 - i) & 1) != 0, c.probabilities[i]);
  } else if (value > 6) {
    add(value >= 9, 165);
    add(value % 2 == 0, 145);
  } else if (value > 4) {
    add(value == 6, 159);
  }
  return cost;
}

constexpr auto k_values = [] {
  std::array<Value, k_most_level> values{};
  for (int v = 0; v < k_most_level; ++v) {
    int category = v <= 4 ? v : v <= 6 ? 5 : v <= 10 ? 6 : 7;
    while (category >= 7 && category < 10 && v >= k_categories[category - 6].first) ++category;
    values[static_cast<std::size_t>(v)] = {static_cast<std::uint16_t>(extra_of(v)),
                                           static_cast<std::uint8_t>(category)};
  }
  return values;
}();

std::array<std::uint16_t, k_modes_4 * k_modes_4 * k_modes_4> mode_costs() {
  std::array<std::uint16_t, k_modes_4 * k_modes_4 * k_modes_4> costs{};
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const std::uint8_t* probabilities = k_mode_probabilities + i / k_modes_4 * (k_modes_4 - 1);
    int cost = 0;
    each_mode_bit(static_cast<Mode>(i % k_modes_4),
                  [&](bool bit, int index) { cost += cost_of(bit, probabilities[index]); });
    costs[i] = static_cast<std::uint16_t>(cost);
  }
  return costs;
}

}  // namespace

int cost_of(bool bit, int probability) {
  return k_costs[static_cast<std::size_t>(bit ? 256 - probability : probability)];
}

const std::uint16_t* costs_of_modes(Mode above, Mode left) {
  static const auto k_mode_costs = mode_costs();
  return &k_mode_costs[(above * k_modes_4 + left) * k_modes_4];
}

int cost_of_mode_16(Mode mode) {
  int cost = cost_of(true, k_modes_16_probability);
  each_mode_bit_16(mode, [&](bool bit, int p) { cost += cost_of(bit, p); });
  return cost;
}

int cost_of_mode_uv(Mode mode) {
  int cost = 0;
  each_mode_bit_uv(mode, [&](bool bit, int p) { cost += cost_of(bit, p); });
  return cost;
}

int cost_of_modes_4() { return cost_of(false, k_modes_16_probability); }

void TokenCosts::build(const Probabilities& probabilities) {
  // The path through the token tree to each category: the nodes, and the bits there.
  struct Step {
    std::uint8_t node, bit;
  };
  static constexpr Step k_paths[k_nodes][6] = {
      {{1, 0}},
      {{1, 1}, {2, 0}},
      {{1, 1}, {2, 1}, {3, 0}, {4, 0}},
      {{1, 1}, {2, 1}, {3, 0}, {4, 1}, {5, 0}},
      {{1, 1}, {2, 1}, {3, 0}, {4, 1}, {5, 1}},
      {{1, 1}, {2, 1}, {3, 1}, {6, 0}, {7, 0}},
      {{1, 1}, {2, 1}, {3, 1}, {6, 0}, {7, 1}},
      {{1, 1}, {2, 1}, {3, 1}, {6, 1}, {8, 0}, {9, 0}},
      {{1, 1}, {2, 1}, {3, 1}, {6, 1}, {8, 0}, {9, 1}},
      {{1, 1}, {2, 1}, {3, 1}, {6, 1}, {8, 1}, {10, 0}},
      {{1, 1}, {2, 1}, {3, 1}, {6, 1}, {8, 1}, {10, 1}},
  };
  for (std::size_t plane = 0; plane < k_planes; ++plane) {
    for (std::size_t n = 0; n < 16; ++n) {
      for (std::size_t context = 0; context < k_contexts; ++context) {
        const std::uint8_t* p = &probabilities[node_of(static_cast<Plane>(plane), k_band_of[n], context)];
        Place& place = at_[plane][n][context];
        place.end = static_cast<std::uint16_t>(cost_of(false, p[0]));
        place.more = static_cast<std::uint16_t>(cost_of(true, p[0]));
        for (std::size_t c = 0; c < k_nodes; ++c) {
          int cost = 0;
          for (const auto& [node, bit] : k_paths[c])
            if (node != 0) cost += cost_of(bit != 0, p[node]);
          place.value[c] = static_cast<std::uint16_t>(cost);
        }
      }
    }
    for (auto& behind : at_[plane][16]) behind = {};
  }
}

int TokenCosts::block(Plane plane, unsigned context, int first, const Levels& levels) const {
  const auto& places = at_[plane];
  if (levels.last < first) return places[first][context].end;
  int cost = places[first][context].more;
  for (int n = first; n < levels.last; ++n) {
    const auto value = static_cast<std::size_t>(std::abs(levels.at[n]));
    cost += places[n][context].value[k_values[value].category] + k_values[value].extra;
    context = static_cast<unsigned>(std::min<std::size_t>(value, 2));
    if (value != 0) cost += places[n + 1][context].more;
  }
  const auto value = static_cast<std::size_t>(std::abs(levels.at[levels.last]));
  cost += places[levels.last][context].value[k_values[value].category] + k_values[value].extra;
  return cost + places[levels.last + 1][value > 1 ? 2 : 1].end;
}

Probabilities TokenCounts::best() const {
  Probabilities best;
  for (std::size_t i = 0; i < k_probabilities; ++i) {
    const std::uint64_t zeros = at_[i][0], ones = at_[i][1], all = zeros + ones;
    const int given = k_default_probabilities[i], update = k_update_probabilities[i];
    const int wanted = all == 0 ? given : static_cast<int>(std::max<std::uint64_t>(255 - ones * 255 / all, 1));
    const auto total = [&](int p) {
      return zeros * static_cast<std::uint64_t>(cost_of(false, p)) +
             ones * static_cast<std::uint64_t>(cost_of(true, p));
    };
    const auto kept = total(given) + static_cast<std::uint64_t>(cost_of(false, update));
    const auto changed = total(wanted) + static_cast<std::uint64_t>(cost_of(true, update) + (8 << k_cost_bits));
    best[i] = static_cast<std::uint8_t>(changed < kept ? wanted : given);
  }
  return best;
}

}  // namespace thumbs::image::vp8
