// A block of 4×4 samples of 16 bits is two vectors of two rows each. Compiled once for each instruction set
// (foreach_target.h).
#include "image/codec/webp/vp8/blocks.h"

#include <bit>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/codec/webp/vp8/blocks.cpp"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace thumbs::image::vp8 {
namespace HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR

using plain::distance;
using plain::predict;
using plain::quantise;
using plain::restored;
using plain::transformed;

#else

namespace hn = hwy::HWY_NAMESPACE;

using U8 = hn::FixedTag<std::uint8_t, 16>;
using I16 = hn::FixedTag<std::int16_t, 8>;
using U32 = hn::FixedTag<std::uint32_t, 4>;
using I32 = hn::FixedTag<std::int32_t, 4>;
using V8 = hn::Vec<U8>;
using V16 = hn::Vec<I16>;

struct Block {
  V16 upper, lower;  ///< rows 0 and 1, rows 2 and 3
};

HWY_INLINE V16 set(int value) { return hn::Set(I16(), static_cast<std::int16_t>(value)); }

/// The second half first.
HWY_INLINE V16 swapped(V16 v) {
  const hn::Repartition<std::uint64_t, I16> wide;
  return hn::BitCast(I16(), hn::Shuffle01(hn::BitCast(wide, v)));
}

HWY_INLINE V8 rows_of(Samples samples) {
  if (samples.stride == 4) return hn::LoadU(U8(), samples.at);
  alignas(16) std::uint8_t rows[16];
  for (int y = 0; y < 4; ++y) std::memcpy(rows + 4 * y, samples.at + y * samples.stride, 4);
  return hn::Load(U8(), rows);
}

HWY_INLINE Block widened(V8 rows) {
  const V8 zero = hn::Zero(U8());
  return {hn::BitCast(I16(), hn::InterleaveLower(U8(), rows, zero)),
          hn::BitCast(I16(), hn::InterleaveUpper(U8(), rows, zero))};
}

HWY_INLINE Block difference(const Block& a, const Block& b) {
  return {hn::Sub(a.upper, b.upper), hn::Sub(a.lower, b.lower)};
}

HWY_INLINE Block transposed(const Block& in) {
  const I16 d;
  const V16 even = hn::InterleaveLower(d, in.upper, in.lower), odd = hn::InterleaveUpper(d, in.upper, in.lower);
  return {hn::InterleaveLower(d, even, odd), hn::InterleaveUpper(d, even, odd)};
}

// Products with √2 cos(π/8) and √2 sin(π/8): see blocks_plain.cpp.
HWY_INLINE V16 times_1_3066(V16 v) { return hn::Add(v, hn::MulHigh(v, set(20091))); }
HWY_INLINE V16 times_0_5412(V16 v) { return hn::Add(v, hn::MulHigh(v, set(35468 - 65536))); }

HWY_INLINE Block forward_down(const Block& in) {
  const I16 d;
  const V16 turned = swapped(in.lower);
  const V16 sums = hn::Add(in.upper, turned), differences = hn::Sub(in.upper, turned);
  const V16 long_part = times_1_3066(differences), short_part = times_0_5412(differences);
  const V16 even = hn::Add(sums, swapped(sums)), odd = hn::Add(long_part, swapped(short_part));
  const V16 even_2 = hn::Sub(sums, swapped(sums)), odd_2 = hn::Sub(short_part, swapped(long_part));
  return {hn::ConcatLowerLower(d, odd, even), hn::ConcatLowerLower(d, odd_2, even_2)};
}

HWY_INLINE Block inverse_down(const Block& in) {
  const I16 d;
  const V16 sums = hn::Add(in.upper, in.lower), differences = hn::Sub(in.upper, in.lower);
  const V16 ab = hn::ConcatLowerLower(d, differences, sums);
  const V16 c = hn::Sub(times_0_5412(in.upper), times_1_3066(in.lower));
  const V16 e = hn::Add(times_1_3066(in.upper), times_0_5412(in.lower));
  const V16 ec = hn::ConcatUpperUpper(d, c, e);
  return {hn::Add(ab, ec), swapped(hn::Sub(ab, ec))};
}

/// Neighbours change places: by ones, by twos.
HWY_INLINE V16 by_twos(V16 v) { return hn::BitCast(I16(), hn::Shuffle2301(hn::BitCast(U32(), v))); }
HWY_INLINE V16 larger_of_two(V16 v) {
  const V16 size = hn::Abs(v);
  const auto wide = hn::BitCast(U32(), size);
  return hn::Max(size, hn::BitCast(I16(), hn::Or(hn::ShiftLeft<16>(wide), hn::ShiftRight<16>(wide))));
}

/// Parts of the sum of Hadamard's coefficients, twice. |a + b| + |a - b| is twice the larger of |a| and |b|, so the
/// last step of the transform is a maximum.
HWY_INLINE V16 parts_of_distance(const Block& in) {
  const I16 d;
  const V16 sums = hn::Add(in.upper, in.lower), differences = hn::Sub(in.upper, in.lower);
  const V16 first = hn::ConcatLowerLower(d, differences, sums), second = hn::ConcatUpperUpper(d, differences, sums);
  const V16 a = hn::Add(first, second), b = hn::Sub(first, second);
  const V16 at = by_twos(a), bt = by_twos(b);
  return hn::Add(hn::Add(larger_of_two(hn::Add(a, at)), larger_of_two(hn::Sub(a, at))),
                 hn::Add(larger_of_two(hn::Add(b, bt)), larger_of_two(hn::Sub(b, bt))));
}

HWY_INLINE int half_of_sum(hn::Vec<I32> v) { return hn::GetLane(hn::SumOfLanes(I32(), v)) / 2; }

/// No part is over 4 · 4080: two of them fit the 16 bits of an unsigned one.
HWY_INLINE hn::Vec<I32> widened_sums(V16 v) {
  const auto wide = hn::BitCast(U32(), v);
  return hn::BitCast(I32(), hn::Add(hn::And(wide, hn::Set(U32(), 0xFFFF)), hn::ShiftRight<16>(wide)));
}

HWY_INLINE int distance_of(const Block& source, V8 prediction) {
  return half_of_sum(widened_sums(parts_of_distance(difference(source, widened(prediction)))));
}

/// Of a row, the next one and the one before in each place; the ends go on.
HWY_INLINE V8 sum_of_edge(const Edge& edge, int shift) {
  alignas(16) std::uint8_t moved[16];
  for (int i = 0; i < 16; ++i) {
    const int at = i + shift;
    moved[i] = edge.at[at < 0 ? 0 : at > 12 ? 12 : at];
  }
  return hn::Load(U8(), moved);
}

/// (a + 2 b + c + 2) / 4: the mean of a and c, rounded down, and b, rounded up.
HWY_INLINE V8 blurred(V8 a, V8 b, V8 c) {
  const V8 up = hn::AverageRound(a, c);
  const V8 down = hn::Sub(up, hn::And(hn::Xor(a, c), hn::Set(U8(), 1)));
  return hn::AverageRound(down, b);
}

HWY_INLINE V8 true_motion(const Edge& edge) {
  alignas(16) std::int16_t left[16], above[8];
  for (int i = 0; i < 16; ++i) left[i] = static_cast<std::int16_t>(edge.at[3 - i / 4] - edge.at[4]);
  for (int i = 0; i < 8; ++i) above[i] = edge.at[5 + i % 4];
  const V16 top = hn::Load(I16(), above);
  const hn::Half<U8> half;
  return hn::Combine(U8(), hn::DemoteTo(half, hn::Add(top, hn::Load(I16(), left + 8))),
                     hn::DemoteTo(half, hn::Add(top, hn::Load(I16(), left))));
}

void predict(const Edge& edge, Samples source, Predictions& out) {
  const V8 here = hn::Load(U8(), edge.at), before = sum_of_edge(edge, -1), behind = sum_of_edge(edge, 1);
  const V8 soft = blurred(before, here, behind), between = hn::AverageRound(here, behind);
  const Block block = widened(rows_of(source));
  int dc = 4;
  for (int i = 0; i < 4; ++i) dc += edge.at[i] + edge.at[5 + i];
  const auto add = [&](std::size_t mode, V8 prediction) HWY_ATTR {
    hn::Store(prediction, U8(), out.at[mode]);
    out.distance[mode] = distance_of(block, prediction);
  };
  add(dc_pred, hn::Set(U8(), static_cast<std::uint8_t>(dc >> 3)));
  add(tm_pred, true_motion(edge));
  for (std::size_t mode = v_pred; mode < k_modes_4; ++mode) {
    const PredictionPlaces& places = k_prediction_places[mode];
    const V8 of_soft = hn::TableLookupBytesOr0(soft, hn::Load(U8(), places.blurred));
    const V8 of_between = hn::TableLookupBytesOr0(between, hn::Load(U8(), places.between));
    const V8 of_raw = hn::TableLookupBytesOr0(here, hn::Load(U8(), places.raw));
    add(mode, hn::Or(hn::Or(of_soft, of_between), of_raw));
  }
}

int distance(Samples source, Samples prediction, int width, int height) {
  hn::Vec<I32> sum = hn::Zero(I32());
  for (int y = 0; y < height; y += 4) {
    for (int x = 0; x < width; x += 4) {
      const Block a = widened(rows_of(source.moved(x, y))), b = widened(rows_of(prediction.moved(x, y)));
      sum = hn::Add(sum, widened_sums(parts_of_distance(difference(a, b))));
    }
  }
  return half_of_sum(sum);
}

Coefficients transformed(Samples source, Samples prediction) {
  Block block = difference(widened(rows_of(source)), widened(rows_of(prediction)));
  block = {hn::ShiftLeft<3>(block.upper), hn::ShiftLeft<3>(block.lower)};
  block = transposed(forward_down(transposed(forward_down(block))));
  const V16 half = set(8);
  Coefficients out;
  hn::Store(hn::ShiftRight<4>(hn::Add(block.upper, half)), I16(), out.at);
  hn::Store(hn::ShiftRight<4>(hn::Add(block.lower, half)), I16(), out.at + 8);
  return out;
}

/// Eight levels; the coefficients become what they stand for.
HWY_INLINE V16 quantised(std::int16_t* coefficients, const Quantiser& quantiser, std::size_t at) {
  const I16 d;
  const V16 value = hn::Load(d, coefficients + at), sign = hn::ShiftRight<15>(value);
  const V16 size = hn::Add(hn::Abs(value), hn::Load(d, quantiser.rounding + at));
  const V16 level = hn::MulHigh(size, hn::Load(d, quantiser.inverse + at));
  const V16 with_sign = hn::Sub(hn::Xor(level, sign), sign);
  hn::Store(hn::Mul(with_sign, hn::Load(d, quantiser.step + at)), d, coefficients + at);
  return with_sign;
}

/// Which bytes of the natural order's halves make the zigzag order's.
struct ZigzagPlaces {
  alignas(16) std::uint8_t of_lower[16], of_upper[16];
  constexpr explicit ZigzagPlaces(std::size_t half) : of_lower(), of_upper() {
    for (std::size_t i = 0; i < 16; ++i) {
      const std::size_t from = std::size_t{k_zigzag[half * 8 + i / 2]} * 2 + i % 2;
      of_lower[i] = static_cast<std::uint8_t>(from < 16 ? from : 0x80);
      of_upper[i] = static_cast<std::uint8_t>(from >= 16 ? from - 16 : 0x80);
    }
  }
};

HWY_INLINE unsigned store_zigzag(V16 lower, V16 upper, const ZigzagPlaces& places, std::int16_t* out) {
  const I16 d;
  const auto of_lower = hn::TableLookupBytesOr0(hn::BitCast(U8(), lower), hn::Load(U8(), places.of_lower));
  const auto of_upper = hn::TableLookupBytesOr0(hn::BitCast(U8(), upper), hn::Load(U8(), places.of_upper));
  const V16 levels = hn::BitCast(d, hn::Or(of_lower, of_upper));
  hn::StoreU(levels, d, out);
  std::uint8_t bits[8] = {};
  hn::StoreMaskBits(d, hn::Ne(levels, hn::Zero(d)), bits);
  return bits[0];
}

void quantise(Coefficients& coefficients, const Quantiser& quantiser, int first, Levels& levels) {
  static constexpr ZigzagPlaces k_first(0), k_second(1);
  const std::int16_t dc = coefficients.at[0];
  if (first != 0) coefficients.at[0] = 0;
  const V16 lower = quantised(coefficients.at, quantiser, 0), upper = quantised(coefficients.at, quantiser, 8);
  unsigned there = store_zigzag(lower, upper, k_first, levels.at);
  there |= store_zigzag(lower, upper, k_second, levels.at + 8) << 8;
  levels.last = static_cast<int>(std::bit_width(there)) - 1;
  if (first != 0) coefficients.at[0] = dc;
}

int restored(const Coefficients& coefficients, Samples source, Samples prediction, Target out) {
  Block block{hn::Load(I16(), coefficients.at), hn::Load(I16(), coefficients.at + 8)};
  block = transposed(inverse_down(block));
  block.upper = hn::Add(block.upper, hn::ConcatUpperLower(I16(), hn::Zero(I16()), set(4)));
  block = transposed(inverse_down(block));
  const Block base = widened(rows_of(prediction)), wanted = widened(rows_of(source));
  const hn::Half<U8> half;
  const auto upper = hn::DemoteTo(half, hn::Add(base.upper, hn::ShiftRight<3>(block.upper)));
  const auto lower = hn::DemoteTo(half, hn::Add(base.lower, hn::ShiftRight<3>(block.lower)));
  const V8 rows = hn::Combine(U8(), lower, upper);
  alignas(16) std::uint8_t samples[16];
  hn::Store(rows, U8(), samples);
  for (int y = 0; y < 4; ++y) std::memcpy(out.at + y * out.stride, samples + 4 * y, 4);
  const Block error = difference(wanted, widened(rows));
  hn::Vec<I32> other = hn::Zero(I32());
  auto sum = hn::ReorderWidenMulAccumulate(I32(), error.upper, error.upper, hn::Zero(I32()), other);
  sum = hn::ReorderWidenMulAccumulate(I32(), error.lower, error.lower, sum, other);
  return hn::GetLane(hn::SumOfLanes(I32(), hn::Add(sum, other)));
}

#endif

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace thumbs::image::vp8
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace thumbs::image::vp8 {

HWY_EXPORT(predict);
HWY_EXPORT(distance);
HWY_EXPORT(transformed);
HWY_EXPORT(quantise);
HWY_EXPORT(restored);

void predict(const Edge& edge, Samples source, Predictions& out) { HWY_DYNAMIC_DISPATCH(predict)(edge, source, out); }

int distance(Samples source, Samples prediction, int width, int height) {
  return HWY_DYNAMIC_DISPATCH(distance)(source, prediction, width, height);
}

Coefficients transformed(Samples source, Samples prediction) {
  return HWY_DYNAMIC_DISPATCH(transformed)(source, prediction);
}

void quantise(Coefficients& coefficients, const Quantiser& quantiser, int first, Levels& levels) {
  HWY_DYNAMIC_DISPATCH(quantise)(coefficients, quantiser, first, levels);
}

int restored(const Coefficients& coefficients, Samples source, Samples prediction, Target out) {
  return HWY_DYNAMIC_DISPATCH(restored)(coefficients, source, prediction, out);
}

}  // namespace thumbs::image::vp8
#endif
