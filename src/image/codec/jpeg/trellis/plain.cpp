// Divisions as products in single precision, whose bits are the same on every machine. This file is compiled once for
// each instruction set.
#include "image/codec/jpeg/trellis/plain.h"

#include <cstddef>

#include "image/codec/jpeg/trellis/dct.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/codec/jpeg/trellis/plain.cpp"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace thumbs::image::quantising {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using I32 = hn::CappedTag<std::int32_t, 8>;
using F32 = hn::RebindToFloat<I32>;
using I16 = hn::Rebind<std::int16_t, I32>;

/// Of the values from the k-th on, as many as a vector holds; their bits of `set`.
HWY_INLINE std::uint64_t quantise_some(const std::int16_t* coefficients, const float* inverse, std::int16_t* values) {
  const auto coefficient = hn::PromoteTo(I32(), hn::LoadU(I16(), coefficients));
  const auto magnitude = hn::ConvertTo(F32(), hn::Abs(coefficient));
  const auto quotient = hn::Add(hn::Mul(magnitude, hn::LoadU(F32(), inverse)), hn::Set(F32(), 0.5F));
  const auto value = hn::ConvertTo(I32(), quotient);
  const auto sign = hn::BroadcastSignBit(coefficient);
  hn::StoreU(hn::DemoteTo(I16(), hn::Sub(hn::Xor(value, sign), sign)), I16(), values);
  std::uint8_t bits[8] = {};
  hn::StoreMaskBits(I32(), hn::Gt(value, hn::Zero(I32())), bits);
  return bits[0];
}

void quantise_blocks(std::span<const std::int16_t> coefficients, const JpegSteps& steps, std::int16_t* values,
                     std::uint64_t* set) {
  for (std::size_t at = 0; at < coefficients.size(); at += 64) {
    std::uint64_t bits = 0;
    for (std::size_t k = 0; k < 64; k += hn::Lanes(I32()))
      bits |= quantise_some(&coefficients[at + k], &steps.inverse[k], values + at + k) << k;
    set[at / 64] = bits & ~std::uint64_t{1};
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace thumbs::image::quantising
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace thumbs::image {
namespace quantising {
namespace {

HWY_EXPORT(quantise_blocks);

}  // namespace
}  // namespace quantising

using namespace quantising;  // NOLINT(google-build-using-namespace): HWY_DYNAMIC_DISPATCH takes no qualified name

JpegSteps::JpegSteps(const std::array<std::uint16_t, 64>& table, std::int64_t strength) {
  constexpr std::size_t k_first = 1, k_last = 20;  // AC coefficients that most blocks have
  constexpr std::int64_t k_dc = 2;                 // errors of DC show as edges of blocks
  std::int64_t squares = 0;
  for (std::size_t k = k_first; k <= k_last; ++k) squares += std::int64_t{table[k]} * table[k];
  for (std::size_t k = 0; k < 64; ++k) {
    step[k] = table[k] * k_dct_scale;
    inverse[k] = 1.0F / static_cast<float>(step[k]);
    price[k] = strength * table[k] * (k == 0 ? k_dc : 1) / squares;
  }
}

void quantise_nearest(std::span<const std::int16_t> coefficients, const JpegSteps& steps, std::int16_t* values,
                      std::uint64_t* set) {
  HWY_DYNAMIC_DISPATCH(quantise_blocks)(coefficients, steps, values, set);
}

}  // namespace thumbs::image
#endif
