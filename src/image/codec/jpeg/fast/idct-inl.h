// The inverse DCTs of idct.h on vectors, a block in each 128 bits: included once for each instruction set. Written
// with a per-target guard, as Highway wants it.
#if defined(THUMBS_JPEG_IDCT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef THUMBS_JPEG_IDCT_INL_H
#undef THUMBS_JPEG_IDCT_INL_H
#else
#define THUMBS_JPEG_IDCT_INL_H
#endif

#include <hwy/highway.h>

#include "image/codec/jpeg/fast/idct.h"

HWY_BEFORE_NAMESPACE();
namespace thumbs::image::fast {
namespace HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

inline void clear_block(std::int16_t* block) { std::fill_n(block, 64, std::int16_t{0}); }

/// `count` blocks that lie `pitch` apart, with coefficients in natural order to be multiplied by `quantiser` → samples
/// side by side. False if a value between the passes is beyond k_most_idct_value.
template <int N>
bool transform_blocks(const std::int16_t* blocks, std::size_t pitch, int count, const std::int16_t* quantiser,
                      std::uint8_t* out, std::size_t stride) {
  bool fits = true;
  for (int i = 0; i < count; ++i, blocks += pitch, out += N) {
    std::array<std::int16_t, 64> products;
    for (std::size_t k = 0; k < products.size(); ++k) products[k] = static_cast<std::int16_t>(blocks[k] * quantiser[k]);
    fits &= idct_block<N>(products.data(), out, stride);
  }
  return fits;
}

#else

namespace hn = hwy::HWY_NAMESPACE;

using I16 = hn::CappedTag<std::int16_t, 16>;
using I32 = hn::RepartitionToWide<I16>;
using U8 = hn::Rebind<std::uint8_t, I16>;
using V16 = hn::Vec<I16>;
using V32 = hn::Vec<I32>;

constexpr std::size_t k_lanes = hn::MaxLanes(I16());
constexpr std::size_t k_side_by_side = k_lanes / 8;  ///< blocks

HWY_INLINE void clear_block(std::int16_t* block) {
  for (std::size_t i = 0; i < 64; i += k_lanes) hn::Store(hn::Zero(I16()), I16(), block + i);
}

/// The same row of neighbouring blocks.
HWY_INLINE V16 load_row(const std::int16_t* row, std::size_t pitch) {
  if constexpr (k_side_by_side == 1) {
    return hn::Load(I16(), row);
  } else {
    const hn::Half<I16> half;
    return hn::Combine(I16(), hn::Load(half, row + pitch), hn::Load(half, row));
  }
}

HWY_INLINE V16 broadcast(IdctWeights weights) {
  const auto first = static_cast<std::uint16_t>(weights.first);
  const auto second = static_cast<std::uint32_t>(static_cast<std::uint16_t>(weights.second));
  return hn::BitCast(I16(), hn::Set(I32(), static_cast<std::int32_t>(second << 16 | first)));
}

/// In each 32 bits, the sum of the products of both halves.
HWY_INLINE V32 weighted(V16 pairs, IdctWeights weights) {
  V32 odd = hn::Zero(I32());
  const V32 even = hn::ReorderWidenMulAccumulate(I32(), pairs, broadcast(weights), hn::Zero(I32()), odd);
  return hn::RearrangeToOddPlusEven(even, odd);
}

template <int kShift>
HWY_INLINE V32 rounded(V32 v) {
  return hn::ShiftRight<kShift>(hn::Add(v, hn::Set(I32(), 1 << (kShift - 1))));
}

/// idct_pass() in each 32-bit lane, whose inputs are pairs of 16 bits: (d[0], d[partner]), (d[2], d[6]), …
template <int N, int kShift>
HWY_INLINE void pass(V16 pair_04, V16 pair_26, V16 pair_13, V16 pair_57, V32* out) {
  using M = Idct<N>;
  for (std::size_t k = 0; k < N / 2; ++k) {
    V32 even = weighted(pair_04, M::even_04[k]);
    if constexpr (N > 2) even = hn::Add(even, weighted(pair_26, M::even_26[k]));
    const V32 odd = hn::Add(weighted(pair_13, M::odd_13[k]), weighted(pair_57, M::odd_57[k]));
    out[k] = rounded<kShift>(hn::Add(even, odd));
    out[N - 1 - k] = rounded<kShift>(hn::Sub(even, odd));
  }
}

template <int N, int kShift>
HWY_INLINE void pass_lower(const V16* d, V32* out) {
  const I16 t;
  pass<N, kShift>(hn::InterleaveLower(t, d[0], d[Idct<N>::partner]), hn::InterleaveLower(t, d[2], d[6]),
                  hn::InterleaveLower(t, d[1], d[3]), hn::InterleaveLower(t, d[5], d[7]), out);
}

template <int N, int kShift>
HWY_INLINE void pass_upper(const V16* d, V32* out) {
  const I16 t;
  pass<N, kShift>(hn::InterleaveUpper(t, d[0], d[Idct<N>::partner]), hn::InterleaveUpper(t, d[2], d[6]),
                  hn::InterleaveUpper(t, d[1], d[3]), hn::InterleaveUpper(t, d[5], d[7]), out);
}

/// 8 lanes of 16 bits a block, from the lower and the upper 4 of 32.
HWY_INLINE V16 packed(V32 lower, V32 upper) { return hn::ReorderDemote2To(I16(), lower, upper); }

template <int N, int kShift>
HWY_INLINE void pass_whole(const V16* d, V16* out) {
  V32 lower[N];
  V32 upper[N];
  pass_lower<N, kShift>(d, lower);
  pass_upper<N, kShift>(d, upper);
  for (std::size_t k = 0; k < N; ++k) out[k] = packed(lower[k], upper[k]);
}

/// A square of 8×8 in each block: rows that are 4 apart are interleaved, three times.
HWY_INLINE void transpose_8(V16* a) {
  const I16 t;
  V16 b[8];
  for (int stage = 0; stage < 3; ++stage) {
    for (std::size_t i = 0; i < 4; ++i) {
      b[2 * i] = hn::InterleaveLower(t, a[i], a[i + 4]);
      b[2 * i + 1] = hn::InterleaveUpper(t, a[i], a[i + 4]);
    }
    for (std::size_t i = 0; i < 8; ++i) a[i] = b[i];
  }
}

/// 4 rows of 8 → 8 rows of 4, in the lower halves.
HWY_INLINE void transpose_4(const V16* a, V16* columns) {
  const I16 t;
  const hn::Repartition<std::int64_t, I16> wide;
  const V16 even_lower = hn::InterleaveLower(t, a[0], a[2]), odd_lower = hn::InterleaveLower(t, a[1], a[3]);
  const V16 even_upper = hn::InterleaveUpper(t, a[0], a[2]), odd_upper = hn::InterleaveUpper(t, a[1], a[3]);
  const V16 pairs[4] = {hn::InterleaveLower(t, even_lower, odd_lower), hn::InterleaveUpper(t, even_lower, odd_lower),
                        hn::InterleaveLower(t, even_upper, odd_upper), hn::InterleaveUpper(t, even_upper, odd_upper)};
  for (std::size_t i = 0; i < 4; ++i) {
    columns[2 * i] = pairs[i];
    const auto both = hn::BitCast(wide, pairs[i]);
    columns[2 * i + 1] = hn::BitCast(t, hn::InterleaveUpper(wide, both, both));
  }
}

HWY_INLINE hn::Vec<U8> samples(V16 values) {
  return hn::DemoteTo(U8(), hn::Add(values, hn::Set(I16(), std::int16_t{128})));
}

/// `valid` of the blocks side by side.
template <int N>
HWY_INLINE void store_row(hn::Vec<U8> bytes, std::size_t valid, std::uint8_t* out) {
  alignas(32) std::uint8_t row[k_lanes];
  hn::Store(bytes, U8(), row);
  std::memcpy(out, row, valid * N);
}

/// The second pass over what the first left in `d`, and out.
template <int N>
HWY_INLINE void second_pass(V16* d, std::size_t valid, std::uint8_t* out, std::size_t stride) {
  constexpr int k_shift = Idct<N>::second_shift;
  if constexpr (N == 8) {
    transpose_8(d);
    V16 columns[8];
    pass_whole<8, k_shift>(d, columns);
    transpose_8(columns);
    for (std::size_t y = 0; y < 8; ++y) store_row<8>(samples(columns[y]), valid, out + y * stride);
  } else if constexpr (N == 4) {
    V16 columns[8];
    transpose_4(d, columns);
    V32 sums[4];
    pass_lower<4, k_shift>(columns, sums);
    const I16 t;
    const V16 left = packed(sums[0], sums[1]), right = packed(sums[2], sums[3]);
    const V16 even = hn::InterleaveLower(t, left, right), odd = hn::InterleaveUpper(t, left, right);
    alignas(32) std::uint8_t rows[2][k_lanes];
    hn::Store(samples(hn::InterleaveLower(t, even, odd)), U8(), rows[0]);
    hn::Store(samples(hn::InterleaveUpper(t, even, odd)), U8(), rows[1]);
    for (std::size_t y = 0; y < 4; ++y)
      for (std::size_t b = 0; b < valid; ++b) std::memcpy(out + y * stride + b * 4, rows[y / 2] + b * 8 + y % 2 * 4, 4);
  } else {
    alignas(32) std::int16_t rows[2][k_lanes];
    for (std::size_t y = 0; y < 2; ++y) hn::Store(d[y], I16(), rows[y]);
    for (std::size_t y = 0; y < 2; ++y) {
      for (std::size_t b = 0; b < valid; ++b) {
        const std::array<int, 2> row = idct_pass<2>(rows[y] + b * 8, 1, k_shift);
        for (std::size_t x = 0; x < 2; ++x) out[y * stride + b * 2 + x] = idct_sample(row[x]);
      }
    }
  }
}

template <int N>
bool transform_blocks(const std::int16_t* blocks, std::size_t pitch, int count, const std::int16_t* quantiser,
                      std::uint8_t* out, std::size_t stride) {
  V16 least = hn::Zero(I16());
  V16 most = least;
  for (int i = 0; i < count; i += static_cast<int>(k_side_by_side)) {
    const std::size_t valid = std::min(k_side_by_side, static_cast<std::size_t>(count - i));
    const std::size_t neighbour = valid < k_side_by_side ? 0 : pitch;
    V16 d[8];
    for (std::size_t y = 0; y < 8; ++y)
      d[y] = hn::Mul(load_row(blocks + 8 * y, neighbour), hn::LoadDup128(I16(), quantiser + 8 * y));
    V16 between[N];
    pass_whole<N, Idct<N>::first_shift>(d, between);
    for (std::size_t y = 0; y < N; ++y) {
      least = hn::Min(least, between[y]);
      most = hn::Max(most, between[y]);
    }
    second_pass<N>(between, valid, out, stride);
    blocks += k_side_by_side * pitch;
    out += k_side_by_side * N;
  }
  const V16 bound = hn::Set(I16(), std::int16_t{k_most_idct_value});
  return hn::AllFalse(I16(), hn::Or(hn::Gt(most, bound), hn::Lt(least, hn::Neg(bound))));
}

#endif

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace thumbs::image::fast
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
