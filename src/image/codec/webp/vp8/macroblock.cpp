// Of 16×16 and chroma modes the nearest one is taken (Hadamard's distance, and bits); of a 4×4 block's ten modes the
// nearest few are coded, and the one with the least error and bits is taken.
#include "image/codec/webp/vp8/macroblock.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace thumbs::image::vp8 {
namespace {

/// Errors and bits in one figure.
class Price {
 public:
  Price(const Segment& segment, int bit_price)
      : bit_(std::max(segment.step * segment.step * bit_price / 64, 1)), step_(segment.step) {}

  std::int64_t of(int error, int bits) const { return std::int64_t{error} * 4096 + std::int64_t{bits} * bit_; }
  /// Of a prediction that was not coded.
  int of_distance(int distance, int bits) const { return distance * 512 + bits * step_; }

 private:
  int bit_;
  int step_;
};

std::uint8_t clipped_sample(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

/// RFC 6386, 12.2 and 12.3, for a square of 16 or 8 samples.
void predict_square(Mode mode, int side, Samples at, bool above, bool left, std::uint8_t* out) {
  const auto size = static_cast<std::size_t>(side);
  const std::uint8_t* top = at.at - at.stride;
  const auto before = [&](int y) { return at.at[y * at.stride - 1]; };
  if (mode == dc_pred) {
    int sum = 0;
    for (int i = 0; above && i < side; ++i) sum += top[i];
    for (int i = 0; left && i < side; ++i) sum += before(i);
    const int count = (above ? side : 0) + (left ? side : 0);
    std::memset(out, count == 0 ? 128 : (sum + count / 2) / count, size * size);
    return;
  }
  for (int y = 0; y < side; ++y, out += side) {
    if (mode == v_pred) {
      std::memcpy(out, top, size);
    } else if (mode == h_pred) {
      std::memset(out, before(y), size);
    } else {
      const int slope = before(y) - top[-1];
      for (int x = 0; x < side; ++x) out[x] = clipped_sample(top[x] + slope);
    }
  }
}

void copy_square(Samples from, Target to, int side) {
  for (int y = 0; y < side; ++y)
    std::memcpy(to.at + y * to.stride, from.at + y * from.stride, static_cast<std::size_t>(side));
}

/// A macroblock's luma by one way of coding it.
struct Coded {
  std::array<Levels, 16> y;
  Levels y2;
  std::int64_t price = 0;
  alignas(16) std::uint8_t samples[256];
};

class Chooser {
 public:
  Chooser(const Source& source, const Segment& segment, const Place& place, const Border& above, const Border& left,
          const TokenCosts& costs, const Search& search)
      : source_(source),
        segment_(segment),
        place_(place),
        above_(above),
        left_(left),
        costs_(costs),
        search_(search),
        price_(segment, search.bit_price) {}

  Mode code_16(Coded& out) const;
  /// False as soon as it cannot be cheaper than `limit`.
  bool code_4(std::int64_t limit, Coded& out, std::array<Mode, 16>& modes) const;
  Mode code_chroma(std::array<Levels, 8>& levels) const;

 private:
  static constexpr int k_stride = 32;  ///< of code_4()'s canvas

  struct Best {
    std::int64_t price = std::numeric_limits<std::int64_t>::max();
    Mode mode = dc_pred;
    Levels levels;
    alignas(16) std::uint8_t samples[16];
  };
  Best best_of_4(Samples at, const Edge& edge, Mode up, Mode before, unsigned context) const;
  void prepare_canvas(std::uint8_t* canvas) const;

  const Source& source_;
  const Segment& segment_;
  const Place& place_;
  const Border &above_, &left_;
  const TokenCosts& costs_;
  const Search& search_;
  Price price_;
};

Mode Chooser::code_16(Coded& out) const {
  alignas(16) std::uint8_t predictions[k_modes_16][256];
  Mode best = dc_pred;
  int least = std::numeric_limits<int>::max();
  const Samples source{source_.y, 16};
  for (std::size_t mode = 0; mode < k_modes_16; ++mode) {
    const auto tried = static_cast<Mode>(mode);
    predict_square(tried, 16, place_.y, place_.above, place_.left, predictions[mode]);
    const int price = price_.of_distance(distance(source, {predictions[mode], 16}, 16, 16), cost_of_mode_16(tried));
    if (price < least) least = price, best = tried;
  }
  const Samples prediction{predictions[best], 16};
  Coefficients blocks[16];
  for (int i = 0; i < 16; ++i)
    blocks[i] = transformed(source.moved(i % 4 * 4, i / 4 * 4), prediction.moved(i % 4 * 4, i / 4 * 4));
  Coefficients dcs = gathered_dcs(blocks);
  quantise(dcs, segment_.y2, 0, out.y2);
  spread_dcs(dcs, blocks);
  int error = 0, bits = cost_of_mode_16(best) + costs_.block(y2, unsigned{above_.y2} + left_.y2, 0, out.y2);
  auto up = above_.y, before = left_.y;
  for (std::size_t i = 0; i < 16; ++i) {
    const int x = static_cast<int>(i % 4 * 4), y = static_cast<int>(i / 4 * 4);
    quantise(blocks[i], segment_.y, 1, out.y[i]);
    bits += costs_.block(y_after_y2, unsigned{up[i % 4]} + before[i / 4], 1, out.y[i]);
    up[i % 4] = before[i / 4] = out.y[i].last > 0 ? 1 : 0;
    error += restored(blocks[i], source.moved(x, y), prediction.moved(x, y), Target{out.samples, 16}.moved(x, y));
  }
  out.price = price_.of(error, bits);
  return best;
}

/// The macroblock's place, with the samples around it.
void Chooser::prepare_canvas(std::uint8_t* canvas) const {
  const Target& at = place_.y;
  std::memcpy(canvas - k_stride - 1, at.at - at.stride - 1, 21);
  for (int y = 0; y < 16; ++y) canvas[y * k_stride - 1] = at.at[y * at.stride - 1];
  // The blocks on the right have the row above the macroblock on their upper right, whatever their row.
  for (const int y : {3, 7, 11}) std::memcpy(canvas + y * k_stride + 16, canvas - k_stride + 16, 4);
}

Chooser::Best Chooser::best_of_4(Samples at, const Edge& edge, Mode up, Mode before, unsigned context) const {
  Predictions predictions;
  predict(edge, at, predictions);
  const std::uint16_t* mode_costs = costs_of_modes(up, before);
  std::array<int, k_modes_4> order;  // the price, and the mode in the lowest four bits
  for (std::size_t mode = 0; mode < k_modes_4; ++mode)
    order[mode] = (price_.of_distance(predictions.distance[mode], mode_costs[mode]) & ~15) | static_cast<int>(mode);
  Best best;
  for (std::size_t i = 0; i < search_.tries; ++i) {
    std::iter_swap(order.begin() + static_cast<std::ptrdiff_t>(i),
                   std::min_element(order.begin() + static_cast<std::ptrdiff_t>(i), order.end()));
    const auto mode = static_cast<Mode>(order[i] & 15);
    const Samples prediction{predictions.at[mode], 4};
    Coefficients coefficients = transformed(at, prediction);
    Best tried;
    tried.mode = mode;
    quantise(coefficients, segment_.y, 0, tried.levels);
    const int bits = mode_costs[mode] + costs_.block(y_with_dc, context, 0, tried.levels);
    tried.price = price_.of(restored(coefficients, at, prediction, {tried.samples, 4}), bits);
    if (tried.price < best.price) best = tried;
  }
  return best;
}

bool Chooser::code_4(std::int64_t limit, Coded& out, std::array<Mode, 16>& modes) const {
  std::uint8_t room[17 * k_stride];
  std::uint8_t* canvas = room + k_stride + 4;
  prepare_canvas(canvas);
  auto up = above_.y, before = left_.y;
  auto mode_up = above_.modes, mode_before = left_.modes;
  out.price = price_.of(0, cost_of_modes_4());
  for (std::size_t i = 0; i < 16; ++i) {
    const std::size_t column = i % 4, row = i / 4;
    std::uint8_t* at = canvas + row * 4 * k_stride + column * 4;
    Edge edge{};
    for (int y = 0; y < 4; ++y) edge.at[3 - y] = at[y * k_stride - 1];
    std::memcpy(edge.at + 4, at - k_stride - 1, 9);
    const Samples source = Samples{source_.y, 16}.moved(static_cast<int>(column * 4), static_cast<int>(row * 4));
    const Best best = best_of_4(source, edge, mode_up[column], mode_before[row], unsigned{up[column]} + before[row]);
    out.price += best.price;
    if (out.price >= limit) return false;
    modes[i] = mode_up[column] = mode_before[row] = best.mode;
    out.y[i] = best.levels;
    up[column] = before[row] = best.levels.last >= 0 ? 1 : 0;
    copy_square({best.samples, 4}, {at, k_stride}, 4);
  }
  out.y2.last = -1;
  copy_square({canvas, k_stride}, {out.samples, 16}, 16);
  return true;
}

Mode Chooser::code_chroma(std::array<Levels, 8>& levels) const {
  alignas(16) std::uint8_t predictions[k_modes_16][2][64];
  Mode best = dc_pred;
  int least = std::numeric_limits<int>::max();
  const Samples sources[2] = {{source_.u, 8}, {source_.v, 8}};
  const Target places[2] = {place_.u, place_.v};
  for (std::size_t mode = 0; mode < k_modes_16; ++mode) {
    const auto tried = static_cast<Mode>(mode);
    int far = 0;
    for (std::size_t c = 0; c < 2; ++c) {
      predict_square(tried, 8, places[c], place_.above, place_.left, predictions[mode][c]);
      far += distance(sources[c], {predictions[mode][c], 8}, 8, 8);
    }
    const int price = price_.of_distance(far, cost_of_mode_uv(tried));
    if (price < least) least = price, best = tried;
  }
  for (std::size_t i = 0; i < 8; ++i) {
    const std::size_t c = i / 4;
    const int x = static_cast<int>(i % 2 * 4), y = static_cast<int>(i / 2 % 2 * 4);
    const Samples source = sources[c].moved(x, y), prediction = Samples{predictions[best][c], 8}.moved(x, y);
    Coefficients coefficients = transformed(source, prediction);
    quantise(coefficients, segment_.uv, 0, levels[i]);
    restored(coefficients, source, prediction, places[c].moved(x, y));
  }
  return best;
}

}  // namespace

void remember_modes(const Macroblock& macroblock, Border& above, Border& left) {
  for (std::size_t i = 0; i < 4; ++i) {
    above.modes[i] = macroblock.each_4 ? macroblock.modes[12 + i] : macroblock.mode_16;
    left.modes[i] = macroblock.each_4 ? macroblock.modes[4 * i + 3] : macroblock.mode_16;
  }
}

void choose(const Source& source, const Segment& segment, const Place& place, const Border& above, const Border& left,
            const TokenCosts& costs, const Search& search, Macroblock& out) {
  const Chooser chooser(source, segment, place, above, left, costs, search);
  Coded whole, parts;
  out.mode_16 = chooser.code_16(whole);
  out.each_4 = chooser.code_4(whole.price, parts, out.modes);
  const Coded& luma = out.each_4 ? parts : whole;
  out.y = luma.y;
  out.y2 = luma.y2;
  copy_square({luma.samples, 16}, place.y, 16);
  out.mode_uv = chooser.code_chroma(out.uv);
  const int first = out.each_4 ? 0 : 1;
  const auto has_none = [](int from) { return [from](const Levels& levels) { return levels.last < from; }; };
  out.empty = out.y2.last < 0 && std::all_of(out.y.begin(), out.y.end(), has_none(first)) &&
              std::all_of(out.uv.begin(), out.uv.end(), has_none(0));
}

}  // namespace thumbs::image::vp8
