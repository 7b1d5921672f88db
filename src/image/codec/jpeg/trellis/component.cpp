// A plane's blocks: transform and weights once, then quantisation as often as asked.
#include "image/codec/jpeg/trellis/component.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "image/codec/jpeg/trellis/dct.h"
#include "support/work_limit.h"

namespace thumbs::image {
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

/// The rows of samples of a row of blocks; below the plane's edge the last one goes on.
Rows rows_of(const Plane& plane, int row) {
  Rows rows{};
  for (int i = 0; i < k_side; ++i)
    rows[static_cast<std::size_t>(i)] = plane.row<std::uint8_t>(std::min(row * k_side + i, plane.height - 1));
  return rows;
}

/// From column x on, of which a block has `inside`: copied, and the last one goes on.
Rows filled_up(const Rows& rows, int x, int inside, std::uint8_t* copies) {
  Rows filled{};
  for (std::size_t i = 0; i < rows.size(); ++i, copies += k_side) {
    std::memcpy(copies, rows[i] + x, static_cast<std::size_t>(inside));
    std::memset(copies + inside, copies[inside - 1], static_cast<std::size_t>(k_side - inside));
    filled[i] = copies;
  }
  return filled;
}

/// 64 times the variance within quarters of a block, on average: SSIM's window is about as large.
std::int64_t variance_within(const Rows& rows, int column) {
  std::int32_t squares = 0;
  std::int32_t of_means = 0;
  for (std::size_t half = 0; half < 2; ++half) {
    std::int32_t sums[k_side] = {};
    for (std::size_t y = half * 4; y < half * 4 + 4; ++y) {
      for (int x = 0; x < k_side; ++x) {
        const std::int32_t sample = rows[y][column + x];
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

std::int64_t luma_weight(const Rows& rows, int column) {
  constexpr std::int64_t k_constant = 1873;  // 58.5 × 32
  return (std::int64_t{32} << k_weight_bits) / (variance_within(rows, column) + k_constant);
}

/// Whether all samples of a block are one: a difference of 1 in a single sample shows in its coefficients. A step off
/// the nearest DC would be seen there, as a white page that is not white.
bool is_uniform(const std::int16_t* coefficients) {
  std::int16_t bits = 0;
  for (int k = 1; k < 64; ++k) bits = static_cast<std::int16_t>(bits | coefficients[k]);
  return bits == 0;
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
  const int whole = std::min(plane.width / k_side, blocks_.columns);
  std::size_t block = 0;
  const auto add = [&](const Rows& rows, int count) {
    forward_dct(rows, count, &coefficients_[block * 64]);
    for (int x = 0; x < count; ++x, ++block)
      if (kind == Kind::luma) weights_[block] = luma_weight(rows, x * k_side);
  };
  std::uint8_t copies[k_side * k_side];
  Pace pace;
  for (int y = 0; y < blocks_.rows; ++y) {
    pace.keep(static_cast<std::size_t>(blocks_.columns) * 64);
    const Rows rows = rows_of(plane, y);
    add(rows, whole);
    if (whole < blocks_.columns) add(filled_up(rows, whole * k_side, plane.width - whole * k_side, copies), 1);
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
  quantise_nearest(coefficients_, steps_, blocks_.values.data(), blocks_.set.data());
  Pace pace;
  for (std::size_t b = 0; b < blocks_.set.size(); ++b) {
    pace.keep(64);
    count_ac(&blocks_.values[b * 64], blocks_.set[b], counts_);
  }
  count_dc();
}

void JpegComponent::quantise(const JpegRates& rates) {
  counts_ = {};
  if (!nearest_) quantise_nearest(coefficients_, steps_, blocks_.values.data(), blocks_.set.data());
  Pace pace;
  for (std::size_t b = 0; b < blocks_.set.size(); ++b) {
    pace.keep(64);
    const std::int16_t* coefficients = &coefficients_[b * 64];
    std::int16_t* values = &blocks_.values[b * 64];
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
    const bool held = blocks_.set[block] == 0 && is_uniform(&coefficients_[block * 64]);
    chain.push_back({coefficients_[block * 64], blocks_.values[block * 64], weights_[block], held});
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

}  // namespace thumbs::image
