// A plane's blocks: transform and weights once, then quantisation as often as asked.
#include "image/codec/jpeg_component.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "image/codec/jpeg_dct.h"

namespace thumbs {
namespace {

constexpr int k_side = 8;
using Rows = std::array<const std::uint8_t*, k_side>;

// What distortion is worth in bits, per unit of weight, found by measuring bytes over luma SSIM (tests/bench/quality):
// more gives larger files at a setting of quality, less gives worse ones. Chroma, which SSIM of luma does not see,
// keeps more than luma's number would leave it.
constexpr std::int64_t k_luma_strength = 8'738'000'000;
constexpr std::int64_t k_chroma_strength = 13'107'000'000;

// SSIM divides a square error by twice the variance around it and a constant, (0.03 × 255)²: the busier, the less it
// shows. Weights are 2^20 over that.
constexpr int k_weight_bits = 20;
constexpr std::int64_t k_chroma_weight = (1 << k_weight_bits) / 458;  // as at a variance of 200

/// The rows of a block's samples; beyond the plane's edges the last ones go on.
Rows rows_of(const Plane& plane, int column, int row, std::uint8_t* spare) {
  Rows rows{};
  const int x = column * k_side;
  const int inside = std::min(plane.width - x, k_side);
  for (int i = 0; i < k_side; ++i) {
    const std::uint8_t* in = plane.row<std::uint8_t>(std::min(row * k_side + i, plane.height - 1)) + x;
    if (inside < k_side) {
      std::uint8_t* copy = spare + i * k_side;
      std::memcpy(copy, in, static_cast<std::size_t>(inside));
      std::memset(copy + inside, in[inside - 1], static_cast<std::size_t>(k_side - inside));
      in = copy;
    }
    rows[static_cast<std::size_t>(i)] = in;
  }
  return rows;
}

/// 64 times the variance within quarters of a block, on average: SSIM's window is about as large.
std::int64_t variance_within(const Rows& rows) {
  std::int32_t squares = 0;
  std::int32_t of_means = 0;
  for (std::size_t half = 0; half < 2; ++half) {
    std::int32_t sums[k_side] = {};
    for (std::size_t y = half * 4; y < half * 4 + 4; ++y) {
      for (int x = 0; x < k_side; ++x) {
        const std::int32_t sample = rows[y][x];
        sums[x] += sample;
        squares += sample * sample;
      }
    }
    const std::int32_t left = sums[0] + sums[1] + sums[2] + sums[3];
    const std::int32_t right = sums[4] + sums[5] + sums[6] + sums[7];
    of_means += (left * left + right * right) / 16;
  }
  return squares - of_means;
}

std::int64_t luma_weight(const Rows& rows) {
  constexpr std::int64_t k_constant = 1873;  // 58.5 × 32
  return (std::int64_t{32} << k_weight_bits) / (variance_within(rows) + k_constant);
}

}  // namespace

JpegComponent::JpegComponent(Kind kind, const Plane& plane, int width, int height, int mcu_columns, int mcu_rows,
                             const std::array<std::uint16_t, 64>& table)
    : steps_(table, kind == Kind::luma ? k_luma_strength : k_chroma_strength),
      mcu_columns_(mcu_columns),
      mcu_rows_(mcu_rows) {
  blocks_.columns = (width + k_side - 1) / k_side;
  blocks_.rows = (height + k_side - 1) / k_side;
  transform(plane, kind);
  quantise_plainly();
}

void JpegComponent::transform(const Plane& plane, Kind kind) {
  const auto blocks = static_cast<std::size_t>(blocks_.columns) * static_cast<std::size_t>(blocks_.rows);
  coefficients_.resize(blocks * 64);
  weights_.assign(blocks, k_chroma_weight);
  blocks_.values.resize(blocks * 64);
  blocks_.set.resize(blocks);
  std::uint8_t spare[k_side * k_side];
  std::size_t block = 0;
  for (int y = 0; y < blocks_.rows; ++y) {
    for (int x = 0; x < blocks_.columns; ++x, ++block) {
      const Rows rows = rows_of(plane, x, y, spare);
      forward_dct(rows, &coefficients_[block * 64]);
      if (kind == Kind::luma) weights_[block] = luma_weight(rows);
    }
  }
}

/// The blocks as a scan of all components has them: MCU after MCU.
template <class Visit>
void JpegComponent::in_coding_order(const Visit& visit) const {
  for (int mcu_y = 0; mcu_y < blocks_.rows; mcu_y += mcu_rows_) {
    for (int mcu_x = 0; mcu_x < blocks_.columns; mcu_x += mcu_columns_) {
      const int bottom = std::min(mcu_y + mcu_rows_, blocks_.rows);
      const int right = std::min(mcu_x + mcu_columns_, blocks_.columns);
      for (int y = mcu_y; y < bottom; ++y)
        for (int x = mcu_x; x < right; ++x)
          visit(static_cast<std::size_t>(y) * static_cast<std::size_t>(blocks_.columns) + static_cast<std::size_t>(x));
    }
  }
}

void JpegComponent::quantise_plainly() {
  counts_ = {};
  for (std::size_t b = 0; b < blocks_.set.size(); ++b) {
    std::int16_t* values = &blocks_.values[b * 64];
    blocks_.set[b] = quantise_nearest(&coefficients_[b * 64], steps_, values);
    count_ac(values, blocks_.set[b], counts_);
  }
  count_dc();
}

void JpegComponent::quantise(const JpegRates& rates) {
  counts_ = {};
  for (std::size_t b = 0; b < blocks_.set.size(); ++b) {
    const std::int16_t* coefficients = &coefficients_[b * 64];
    std::int16_t* values = &blocks_.values[b * 64];
    if (!nearest_) blocks_.set[b] = quantise_nearest(coefficients, steps_, values);
    blocks_.set[b] = lower_ac(coefficients, steps_, weights_[b], rates, blocks_.set[b], values);
    count_ac(values, blocks_.set[b], counts_);
  }
  quantise_dc(rates);
  nearest_ = false;
  count_dc();
}

void JpegComponent::quantise_dc(const JpegRates& rates) {
  std::vector<JpegDc> chain;
  chain.reserve(blocks_.set.size());
  in_coding_order([&](std::size_t block) {
    chain.push_back({coefficients_[block * 64], blocks_.values[block * 64], weights_[block]});
  });
  move_dc(chain, steps_, rates);
  auto next = chain.begin();
  in_coding_order([&](std::size_t block) { blocks_.values[block * 64] = static_cast<std::int16_t>((next++)->value); });
}

void JpegComponent::count_dc() {
  int last = 0;
  in_coding_order([&](std::size_t block) {
    const int value = blocks_.values[block * 64];
    ++counts_.dc[static_cast<std::size_t>(size_of(value - last))];
    last = value;
  });
  const auto whole = [](int blocks, int of_mcu) { return (blocks + of_mcu - 1) / of_mcu * of_mcu; };
  const int padding =
      whole(blocks_.columns, mcu_columns_) * whole(blocks_.rows, mcu_rows_) - blocks_.columns * blocks_.rows;
  counts_.dc[0] += padding;  // each repeats the DC before
  counts_.ac[0] += padding;
}

}  // namespace thumbs
