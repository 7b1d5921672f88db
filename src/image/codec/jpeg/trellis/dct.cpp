// Separable; of each pass the eight columns are done side by side, in vectors. IEEE's additions and multiplications
// give the same everywhere as long as none are fused: src/CMakeLists.txt forbids that. This file is compiled once for
// each instruction set.
#include "image/codec/jpeg/trellis/dct.h"

#include <cstddef>
#include <type_traits>
#include <utility>

#include "image/codec/jpeg/zigzag.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/codec/jpeg/trellis/dct.cpp"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#ifndef THUMBS_JPEG_DCT_TABLES
#define THUMBS_JPEG_DCT_TABLES
namespace thumbs::image {
namespace {

// cos(n π / 16) / 2, and 1 / √8.
constexpr float k_c1 = 0.490392640201615225F;
constexpr float k_c2 = 0.461939766255643378F;
constexpr float k_c3 = 0.415734806151272619F;
constexpr float k_c5 = 0.277785116509801112F;
constexpr float k_c6 = 0.191341716182544886F;
constexpr float k_c7 = 0.0975451610080641337F;
constexpr float k_c4 = 0.353553390593273762F;

/// Zigzag order out of a transposed block: which bytes of its row `row` come where among the 8 coefficients `part`.
/// Those of other rows are 0x80, for none.
struct ZigzagBytes {
  alignas(16) std::array<std::uint8_t, 16> from{};
  bool any = false;

  constexpr ZigzagBytes(std::size_t part, std::size_t row) {
    for (std::size_t i = 0; i < 8; ++i) {
      const std::size_t natural = k_zigzag[part * 8 + i];
      const bool here = natural % 8 == row;
      for (std::size_t b = 0; b < 2; ++b)
        from[2 * i + b] = static_cast<std::uint8_t>(here ? natural / 8 * 2 + b : 0x80);
      any = any || here;
    }
  }
};

template <std::size_t kPart, std::size_t kRow>
constexpr ZigzagBytes k_zigzag_bytes{kPart, kRow};

}  // namespace
}  // namespace thumbs::image
#endif

HWY_BEFORE_NAMESPACE();
namespace thumbs::image::dct {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using F32 = hn::CappedTag<float, 8>;
using I32 = hn::RebindToSigned<F32>;
using U8 = hn::Rebind<std::uint8_t, F32>;
using VF = hn::Vec<F32>;
using V32 = hn::Vec<I32>;

constexpr std::size_t k_lanes = hn::MaxLanes(F32());
constexpr std::size_t k_parts = 8 / k_lanes;  ///< vectors of a row

/// Eight rows of eight.
struct Block {
  VF at[8][k_parts];
};

HWY_INLINE VF times(VF v, float factor) { return hn::Mul(v, hn::Set(F32(), factor)); }

/// The DCT of each column. Sums and differences of mirrored samples halve the work: T.81 names no fast algorithm.
HWY_INLINE void transform_columns(Block& block) {
  for (std::size_t p = 0; p < k_parts; ++p) {
    const auto at = [&](std::size_t y) HWY_ATTR -> VF& { return block.at[y][p]; };
    const VF s0 = hn::Add(at(0), at(7)), d0 = hn::Sub(at(0), at(7));
    const VF s1 = hn::Add(at(1), at(6)), d1 = hn::Sub(at(1), at(6));
    const VF s2 = hn::Add(at(2), at(5)), d2 = hn::Sub(at(2), at(5));
    const VF s3 = hn::Add(at(3), at(4)), d3 = hn::Sub(at(3), at(4));
    const VF outer = hn::Add(s0, s3), inner = hn::Add(s1, s2);
    const VF outer_slope = hn::Sub(s0, s3), inner_slope = hn::Sub(s1, s2);
    at(0) = times(hn::Add(outer, inner), k_c4);
    at(4) = times(hn::Sub(outer, inner), k_c4);
    at(2) = hn::Add(times(outer_slope, k_c2), times(inner_slope, k_c6));
    at(6) = hn::Sub(times(outer_slope, k_c6), times(inner_slope, k_c2));
    at(1) = hn::Add(hn::Add(times(d0, k_c1), times(d1, k_c3)), hn::Add(times(d2, k_c5), times(d3, k_c7)));
    at(3) = hn::Sub(hn::Sub(times(d0, k_c3), times(d1, k_c7)), hn::Add(times(d2, k_c1), times(d3, k_c5)));
    at(5) = hn::Add(hn::Sub(times(d0, k_c5), times(d1, k_c1)), hn::Add(times(d2, k_c7), times(d3, k_c3)));
    at(7) = hn::Add(hn::Sub(times(d0, k_c7), times(d1, k_c5)), hn::Sub(times(d2, k_c3), times(d3, k_c1)));
  }
}

HWY_INLINE Block load(const std::array<const std::uint8_t*, 8>& rows, std::size_t x) {
  const VF middle = hn::Set(F32(), 128);
  Block block;
  for (std::size_t y = 0; y < 8; ++y) {
    for (std::size_t p = 0; p < k_parts; ++p) {
      const auto samples = hn::PromoteTo(I32(), hn::LoadU(U8(), rows[y] + x + p * k_lanes));
      block.at[y][p] = hn::Sub(hn::ConvertTo(F32(), samples), middle);
    }
  }
  return block;
}

/// Rounded, times k_dct_scale.
HWY_INLINE V32 whole(VF v) {
  constexpr float k_offset = 16384.5F;  // cutting off what is behind the point then rounds, below 0 too
  const VF scaled = hn::Mul(v, hn::Set(F32(), static_cast<float>(k_dct_scale)));
  return hn::Sub(hn::ConvertTo(I32(), hn::Add(scaled, hn::Set(F32(), k_offset))), hn::Set(I32(), 16384));
}

#if HWY_TARGET == HWY_SCALAR

HWY_INLINE void transpose(Block& block) {
  for (std::size_t y = 0; y < 8; ++y)
    for (std::size_t x = 0; x < y; ++x) std::swap(block.at[y][x], block.at[x][y]);
}

/// Out of the transposed block.
HWY_INLINE void store_zigzag(const Block& block, std::int16_t* out) {
  for (std::size_t k = 0; k < 64; ++k)
    out[k] = static_cast<std::int16_t>(hn::GetLane(whole(block.at[k_zigzag[k] % 8][k_zigzag[k] / 8])));
}

#else

using I16 = hn::FixedTag<std::int16_t, 8>;
using V16 = hn::Vec<I16>;

/// A square of 4×4 in each 128 bits of four rows: those that are 2 apart are interleaved, twice.
HWY_INLINE void transpose_4(VF& a, VF& b, VF& c, VF& d) {
  const F32 t;
  const VF ac_lower = hn::InterleaveLower(t, a, c), ac_upper = hn::InterleaveUpper(t, a, c);
  const VF bd_lower = hn::InterleaveLower(t, b, d), bd_upper = hn::InterleaveUpper(t, b, d);
  a = hn::InterleaveLower(t, ac_lower, bd_lower);
  b = hn::InterleaveUpper(t, ac_lower, bd_lower);
  c = hn::InterleaveLower(t, ac_upper, bd_upper);
  d = hn::InterleaveUpper(t, ac_upper, bd_upper);
}

HWY_INLINE void transpose(Block& block) {
  for (std::size_t p = 0; p < k_parts; ++p) {
    for (std::size_t y = 0; y < 8; y += 4)
      transpose_4(block.at[y][p], block.at[y + 1][p], block.at[y + 2][p], block.at[y + 3][p]);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    if constexpr (k_parts == 1) {
      const VF top = block.at[i][0], bottom = block.at[i + 4][0];
      block.at[i][0] = hn::ConcatLowerLower(F32(), bottom, top);
      block.at[i + 4][0] = hn::ConcatUpperUpper(F32(), bottom, top);
    } else {
      std::swap(block.at[i][1], block.at[i + 4][0]);
    }
  }
}

/// A row of whole numbers.
template <class V, std::size_t kParts>
HWY_INLINE V16 narrowed(const V (&row)[kParts]) {
  if constexpr (kParts == 1)
    return hn::DemoteTo(I16(), whole(row[0]));
  else
    return hn::ReorderDemote2To(I16(), whole(row[0]), whole(row[1]));
}

template <std::size_t kPart, std::size_t... kRow>
HWY_INLINE V16 zigzag_part(const V16* rows, std::index_sequence<kRow...> /*rows*/) {
  V16 part = hn::Zero(I16());
  const auto add = [&]<std::size_t kFrom>(std::integral_constant<std::size_t, kFrom> /*row*/) HWY_ATTR {
    constexpr const ZigzagBytes& k_bytes = k_zigzag_bytes<kPart, kFrom>;
    if constexpr (k_bytes.any) {
      const hn::Repartition<std::uint8_t, I16> bytes;
      const auto taken = hn::TableLookupBytesOr0(hn::BitCast(bytes, rows[kFrom]), hn::Load(bytes, k_bytes.from.data()));
      part = hn::Or(part, hn::BitCast(I16(), taken));
    }
  };
  (add(std::integral_constant<std::size_t, kRow>()), ...);
  return part;
}

template <std::size_t... kPart>
HWY_INLINE void store_parts(const V16* rows, std::int16_t* out, std::index_sequence<kPart...> /*parts*/) {
  (hn::StoreU(zigzag_part<kPart>(rows, std::make_index_sequence<8>()), I16(), out + kPart * 8), ...);
}

/// Out of the transposed block.
HWY_INLINE void store_zigzag(const Block& block, std::int16_t* out) {
  V16 rows[8];
  for (std::size_t row = 0; row < 8; ++row) rows[row] = narrowed(block.at[row]);
  store_parts(rows, out, std::make_index_sequence<8>());
}

#endif

void dct_row(const std::array<const std::uint8_t*, 8>& rows, int blocks, std::int16_t* coefficients) {
  for (int i = 0; i < blocks; ++i) {
    Block block = load(rows, static_cast<std::size_t>(i) * 8);
    transform_columns(block);
    transpose(block);
    transform_columns(block);
    store_zigzag(block, coefficients + static_cast<std::ptrdiff_t>(i) * 64);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace thumbs::image::dct
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace thumbs::image {
namespace dct {
namespace {

HWY_EXPORT(dct_row);

}  // namespace
}  // namespace dct

using namespace dct;  // NOLINT(google-build-using-namespace): HWY_DYNAMIC_DISPATCH takes no qualified name

void forward_dct(const std::array<const std::uint8_t*, 8>& rows, int blocks, std::int16_t* coefficients) {
  HWY_DYNAMIC_DISPATCH(dct_row)(rows, blocks, coefficients);
}

}  // namespace thumbs::image
#endif
