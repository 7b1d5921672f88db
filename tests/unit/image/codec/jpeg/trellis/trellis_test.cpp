// Trellis quantisation is optimal in its own cost model (compared with trying all values), and its effect on files.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <random>

#include "image/codec/jpeg/trellis/dct.h"
#include "image/codec/jpeg/trellis/viterbi.h"

namespace thumbs::image {
namespace {

constexpr std::int64_t k_weight = 2000;
constexpr std::int64_t k_strength = 9'000'000'000;

std::array<std::uint16_t, 64> steps_of(std::mt19937& random) {
  std::array<std::uint16_t, 64> table{};
  for (std::uint16_t& step : table) step = static_cast<std::uint16_t>(4 + random() % 40);
  return table;
}

/// Of a file in which most symbols were seen, at random.
JpegRates rates_of(std::mt19937& random) {
  JpegCounts counts;
  for (int& count : counts.dc) count = static_cast<int>(random() % 50);
  for (int& count : counts.ac) count = static_cast<int>(random() % 3 * (random() % 100));
  counts.ac[0] = 300;
  return JpegRates(counts);
}

std::int64_t penalty(const JpegSteps& steps, std::size_t k, int coefficient, int value, int nearest) {
  // The square error that is added, over the step: value is one off nearest, or equal.
  if (value == nearest) return 0;
  const std::int64_t step = steps.step[k];
  const std::int64_t far = coefficient - value * step, near = coefficient - nearest * step;
  return (far * far - near * near) / step * steps.price[k] * k_weight >> JpegSteps::k_price_bits;
}

std::int64_t rate_of(const std::int16_t* values, const JpegRates& rates) {
  std::int64_t rate = 0;
  std::size_t run = 0;
  for (std::size_t k = 1; k < 64; ++k) {
    if (values[k] == 0) {
      ++run;
      continue;
    }
    rate += rates.ac[static_cast<std::size_t>(size_of(values[k]))][run];
    run = 0;
  }
  return run > 0 ? rate + rates.end : rate;
}

struct Block {
  std::int16_t coefficients[64] = {};
  std::int16_t nearest[64] = {};
  std::uint64_t set = 0;
};

/// Few coefficients are not 0, and small, so that all choices can be tried.
Block random_block(std::mt19937& random, const JpegSteps& steps) {
  Block block;
  for (int i = 0; i < 9; ++i) {
    const std::size_t k = 1 + random() % 63;
    block.coefficients[k] =
        static_cast<std::int16_t>(static_cast<int>(random() % 70) * steps.step[k] / 16 - 35 * steps.step[k] / 16);
  }
  quantise_nearest(block.coefficients, steps, block.nearest, &block.set);
  return block;
}

std::int64_t cost_of(const Block& block, const std::int16_t* values, const JpegSteps& steps, const JpegRates& rates) {
  std::int64_t cost = rate_of(values, rates);
  for (std::size_t k = 1; k < 64; ++k) cost += penalty(steps, k, block.coefficients[k], values[k], block.nearest[k]);
  return cost;
}

/// Of all ways to lower some of the values by one.
std::int64_t least_cost(const Block& block, const JpegSteps& steps, const JpegRates& rates) {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  std::int16_t values[64];
  std::copy(block.nearest, block.nearest + 64, values);
  const std::function<void(std::size_t)> go = [&](std::size_t k) {
    while (k < 64 && values[k] == 0) ++k;
    if (k == 64) {
      least = std::min(least, cost_of(block, values, steps, rates));
      return;
    }
    go(k + 1);
    const std::int16_t kept = values[k];
    values[k] = static_cast<std::int16_t>(kept > 0 ? kept - 1 : kept + 1);
    // What became 0 must not be skipped over by the loop above: it has had its turn.
    go(k + 1);
    values[k] = kept;
  };
  go(1);
  return least;
}

TEST(JpegTrellis, FindsTheLeastCostOfAllChoices) {
  int lowered = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const JpegSteps steps(steps_of(random), k_strength);
    const JpegRates rates = rates_of(random);
    const Block block = random_block(random, steps);
    std::int16_t values[64];
    std::copy(block.nearest, block.nearest + 64, values);
    const std::uint64_t set = lower_ac(block.coefficients, steps, k_weight, rates, block.set, values);
    for (std::size_t k = 1; k < 64; ++k) EXPECT_EQ(set >> k & 1, values[k] != 0 ? 1U : 0U) << k;
    EXPECT_EQ(cost_of(block, values, steps, rates), least_cost(block, steps, rates));
    if (!std::equal(values, values + 64, block.nearest)) ++lowered;
  }
  EXPECT_GT(lowered, 100);  // else there was nothing to find
}

TEST(JpegTrellis, ValuesMoveByOneStepTowardsZeroAtMost) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const JpegSteps steps(steps_of(random), k_strength);
    Block block;
    for (std::size_t k = 0; k < 64; ++k)
      block.coefficients[k] = static_cast<std::int16_t>(static_cast<int>(random() % 8001) - 4000);
    quantise_nearest(block.coefficients, steps, block.nearest, &block.set);
    std::int16_t values[64];
    std::copy(block.nearest, block.nearest + 64, values);
    lower_ac(block.coefficients, steps, 1, rates_of(random), block.set, values);
    for (std::size_t k = 0; k < 64; ++k) {
      EXPECT_LE(std::abs(block.nearest[k] * steps.step[k] - block.coefficients[k]) * 2, steps.step[k] + 1) << k;
      EXPECT_LE(std::abs(values[k]), std::abs(block.nearest[k])) << k;
      EXPECT_LE(std::abs(values[k] - block.nearest[k]), 1) << k;
    }
    EXPECT_EQ(values[0], block.nearest[0]);
  }
}

TEST(JpegTrellis, ChainOfDcsHasTheLeastCostOfAllChoices) {
  constexpr std::size_t k_length = 7;
  int moved = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const JpegSteps steps(steps_of(random), k_strength);
    const JpegRates rates = rates_of(random);
    std::vector<JpegDc> chain;
    for (std::size_t i = 0; i < k_length; ++i) {
      const int coefficient = static_cast<int>(random() % 1200) - 600;
      const double nearest = static_cast<double>(coefficient) / steps.step[0];
      chain.push_back(
          {coefficient, static_cast<int>(nearest < 0 ? nearest - 0.5 : nearest + 0.5), k_weight, random() % 4 == 0});
    }
    const auto cost = [&](const std::vector<int>& values) {
      std::int64_t sum = 0;
      int last = 0;
      for (std::size_t i = 0; i < k_length; ++i) {
        if (chain[i].held && values[i] != chain[i].value) return std::numeric_limits<std::int64_t>::max();
        sum += rates.dc[static_cast<std::size_t>(size_of(values[i] - last))];
        sum += penalty(steps, 0, chain[i].coefficient, values[i], chain[i].value);
        last = values[i];
      }
      return sum;
    };
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (int choice = 0; choice < 2187; ++choice) {  // 3^7
      std::vector<int> values;
      for (int rest = choice; values.size() < k_length; rest /= 3)
        values.push_back(chain[values.size()].value + rest % 3 - 1);
      least = std::min(least, cost(values));
    }
    std::vector<JpegDc> result = chain;
    move_dc(result, steps, rates);
    std::vector<int> values;
    for (std::size_t i = 0; i < k_length; ++i) {
      values.push_back(result[i].value);
      if (result[i].value != chain[i].value) ++moved;
    }
    EXPECT_EQ(cost(values), least);  // a chain in which a held one moved costs more than any
  }
  EXPECT_GT(moved, 20);
}

TEST(JpegTrellis, CountsTheSymbolsOfABlock) {
  std::int16_t values[64] = {};
  values[0] = 9;    // DC: no symbol here
  values[1] = -3;   // run 0, size 2
  values[5] = 1;    // run 3, size 1
  values[40] = 70;  // run 34: two runs of 16, then run 2, size 7
  std::uint64_t set = std::uint64_t{1} << 1 | std::uint64_t{1} << 5 | std::uint64_t{1} << 40;
  JpegCounts counts;
  count_ac(values, set, counts);
  std::array<int, 256> expected{};
  expected[0x02] = expected[0x31] = expected[0x27] = expected[0x00] = 1;
  expected[0xF0] = 2;
  EXPECT_EQ(counts.ac, expected);
  values[63] = -1;  // run 22, size 1, and then nothing ends the block
  set |= std::uint64_t{1} << 63;
  counts = {};
  count_ac(values, set, counts);
  expected[0x00] = 0;
  expected[0x61] = 1;
  expected[0xF0] = 3;
  EXPECT_EQ(counts.ac, expected);
}

TEST(JpegRates, FollowTheLogarithmOfTheFrequency) {
  JpegCounts counts;
  counts.ac[0x00] = 1 << 20;
  counts.ac[0x01] = 1 << 20;
  counts.ac[0x13] = 1 << 19;
  counts.ac[0xF0] = 1 << 18;
  const double log_total = std::log2((2 << 20) + (1 << 19) + (1 << 18));
  const auto bits = [&](int log_count) { return (log_total - log_count) * k_rate_bit; };
  const JpegRates rates(counts);
  EXPECT_NEAR(rates.end, bits(20), 2);
  EXPECT_NEAR(rates.ac[1][0], bits(20) + k_rate_bit, 2);
  EXPECT_NEAR(rates.ac[3][1], bits(19) + 3 * k_rate_bit, 2);
  EXPECT_NEAR(rates.ac[3][33], 2 * bits(18) + bits(19) + 3 * k_rate_bit, 6);
  EXPECT_GT(rates.ac[2][0], rates.ac[3][1] + 8 * k_rate_bit);  // not in the table: a byte of it at least
  for (std::size_t size = 1; size < rates.least_ac.size(); ++size)
    for (const std::int32_t rate : rates.ac[size]) EXPECT_GE(rate, rates.least_ac[size]);
}

}  // namespace
}  // namespace thumbs::image
