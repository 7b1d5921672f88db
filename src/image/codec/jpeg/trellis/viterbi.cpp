// Viterbi's algorithm twice. Costs are whole numbers, so that no machine finds another path.
#include "image/codec/jpeg/trellis/viterbi.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <vector>

namespace thumbs::image {
namespace {

constexpr std::int32_t k_most_penalty = 1 << 22;  ///< more than any block's bits; keeps sums within 32 bits

/// Of moving a value by one step; see JpegSteps::price.
std::int32_t penalty(std::int32_t excess, std::int64_t price, std::int64_t weight) {
  const std::int64_t cost = excess * price * weight >> JpegSteps::k_price_bits;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(cost, 0, k_most_penalty));
}

/// A path through the coefficients that ends with one that stays non-zero.
struct State {
  int position;
  /// Rate and distortion so far, less the distortion of setting all up to here to 0 that may be.
  std::int32_t cost;
  std::int32_t least;  ///< cost of this and all before that can still be followed
  int previous;
  int value;  ///< absolute
};

/// The states of one block. State 0 is before the first AC coefficient.
class Paths {
 public:
  explicit Paths(const JpegRates& rates) : rates_(rates) { states_[0] = {0, 0, 0, 0, 0}; }

  /// A coefficient that may become `value` or, at the cost of `lowering`, one less.
  void add(int position, int value, std::int32_t lowering) {
    State next{position, std::numeric_limits<std::int32_t>::max(), 0, 0, value};
    extend(next, value, 0);
    if (value > 1 && (value & (value - 1)) == 0) extend(next, value - 1, lowering);
    next.least = next.cost;
    if (value == 1) {
      next.cost -= lowering;
      next.least = std::min(next.cost, states_[count_ - 1].least);
    } else {
      barrier_ = count_;
    }
    states_[count_++] = next;
  }

  /// The last state of the best path.
  int finish() const {
    std::int32_t best = std::numeric_limits<std::int32_t>::max();
    int last = 0;
    for (int i = count_ - 1; i >= barrier_; --i) {
      const std::int32_t cost = states_[i].cost + (states_[i].position == 63 ? 0 : rates_.end);
      if (cost < best) best = cost, last = i;
    }
    return last;
  }
  const State& operator[](int i) const { return states_[i]; }

 private:
  /// Looks for a cheaper way to `next` with `value` there. Going back, gaps grow, and no state before has less than
  /// `least`: once that cannot win, the rest is skipped.
  void extend(State& next, int value, std::int32_t extra) {
    const auto size = static_cast<std::size_t>(size_of(value));
    const auto& rate = rates_.ac[size];
    const std::int32_t floor = rates_.least_ac[size] + extra;
    for (int i = count_ - 1; i >= barrier_ && states_[i].least + floor < next.cost; --i) {
      const State& from = states_[i];
      const std::int32_t cost = from.cost + rate[static_cast<std::size_t>(next.position - from.position - 1)] + extra;
      if (cost < next.cost) next.cost = cost, next.previous = i, next.value = value;
    }
  }

  const JpegRates& rates_;
  State states_[64];
  int count_ = 1;
  int barrier_ = 0;  ///< the last state that cannot be left out
};

constexpr std::size_t k_moves = 3;  ///< of a DC: by -1, 0, 1

int moved(int value, std::size_t move) { return std::clamp(value + static_cast<int>(move) - 1, -1024, 1023); }

/// The best paths to each of a DC's values.
class DcPaths {
 public:
  /// Goes on to the next DC; gives the moves of the one before from which each of its own is best reached.
  std::array<std::uint8_t, k_moves> extend(const JpegDc& dc, const JpegSteps& steps, const JpegRates& rates) {
    std::array<std::uint8_t, k_moves> from{};
    std::array<std::int32_t, k_moves> costs{};
    std::array<int, k_moves> values{};
    const std::int32_t beyond = dc.coefficient - dc.value * steps.step[0];
    for (std::size_t m = 0; m < k_moves; ++m) {
      values[m] = moved(dc.value, m);
      costs[m] = std::numeric_limits<std::int32_t>::max();
      for (std::size_t j = 0; j < k_moves; ++j) {
        const std::int32_t cost = costs_[j] + rates.dc[static_cast<std::size_t>(size_of(values[m] - values_[j]))];
        if (cost < costs[m]) costs[m] = cost, from[m] = static_cast<std::uint8_t>(j);
      }
      const int way = values[m] - dc.value;
      if (way != 0)
        costs[m] += dc.held ? k_most_penalty : penalty(steps.step[0] - 2 * way * beyond, steps.price[0], dc.weight);
    }
    // Only differences count, and a long chain must not overflow.
    const std::int32_t least = *std::min_element(costs.begin(), costs.end());
    for (std::size_t m = 0; m < k_moves; ++m) costs_[m] = costs[m] - least;
    values_ = values;
    return from;
  }
  std::size_t best() const {
    return static_cast<std::size_t>(std::min_element(costs_.begin(), costs_.end()) - costs_.begin());
  }

 private:
  std::array<std::int32_t, k_moves> costs_{};
  std::array<int, k_moves> values_{};  ///< the first difference is from 0
};

}  // namespace

std::uint64_t lower_ac(const std::int16_t* coefficients, const JpegSteps& steps, std::int64_t weight,
                       const JpegRates& rates, std::uint64_t set, std::int16_t* values) {
  Paths paths(rates);
  for (std::uint64_t left = set; left != 0; left &= left - 1) {
    const int position = std::countr_zero(left);
    const int value = std::abs(values[position]);
    const auto at = static_cast<std::size_t>(position);
    const std::int32_t excess = 2 * std::abs(coefficients[position]) - (2 * value - 1) * steps.step[at];
    paths.add(position, value, penalty(excess, steps.price[at], weight));
  }
  std::uint64_t kept = 0;
  for (int i = paths.finish(); i > 0; i = paths[i].previous) {
    std::int16_t& value = values[paths[i].position];
    value = static_cast<std::int16_t>(value < 0 ? -paths[i].value : paths[i].value);
    kept |= std::uint64_t{1} << paths[i].position;
  }
  for (std::uint64_t left = set & ~kept; left != 0; left &= left - 1) values[std::countr_zero(left)] = 0;
  return kept;
}

void count_ac(const std::int16_t* values, std::uint64_t set, JpegCounts& counts) {
  int last = 0;
  for (std::uint64_t left = set; left != 0; left &= left - 1) {
    const int position = std::countr_zero(left);
    const int run = position - last - 1;
    if (run >= 16) counts.ac[0xF0] += run / 16;
    ++counts.ac[static_cast<std::size_t>(run % 16 << 4 | size_of(values[position]))];
    last = position;
  }
  if (last != 63) ++counts.ac[0];
}

void move_dc(std::span<JpegDc> chain, const JpegSteps& steps, const JpegRates& rates) {
  std::vector<std::array<std::uint8_t, k_moves>> from(chain.size());
  DcPaths paths;
  for (std::size_t i = 0; i < chain.size(); ++i) from[i] = paths.extend(chain[i], steps, rates);
  std::size_t move = paths.best();
  for (std::size_t i = chain.size(); i-- > 0;) {
    chain[i].value = moved(chain[i].value, move);
    move = from[i][move];
  }
}

}  // namespace thumbs::image
