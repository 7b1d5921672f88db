// A pixel needs the one on its left, so a row alone keeps the processor waiting. Here 4 rows (2 of wide pixels) go side
// by side in a vector, each a pixel behind the row above it, whose result it needs. Compiled once for each instruction
// set (foreach_target.h).
#include "image/codec/png/fast/unfilter.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/codec/png/fast/unfilter.cpp"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace thumbs::image::unfiltering {
namespace HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

std::size_t unfilter_rows(const FilteredRows& in, const std::uint8_t* above, std::uint8_t* out, std::size_t) {
  unfilter_plain(in, above, out);
  return 1;
}

#else

namespace hn = hwy::HWY_NAMESPACE;

using U8 = hn::FixedTag<std::uint8_t, 16>;
using V8 = hn::Vec<U8>;

constexpr unsigned k_none = 0, k_sub = 1, k_up = 2, k_average = 3, k_paeth = 4;

HWY_INLINE V8 difference(V8 a, V8 b) { return hn::Or(hn::SaturatedSub(a, b), hn::SaturatedSub(b, a)); }

/// The distances of Paeth's predictor in 8 bits. The third, to both neighbours, may have 9: cut off at 255 it is no
/// less than the others, as it should be.
HWY_INLINE V8 paeth(V8 left, V8 up, V8 before) {
  const V8 up_more = hn::SaturatedSub(up, before), up_less = hn::SaturatedSub(before, up);
  const V8 left_more = hn::SaturatedSub(left, before), left_less = hn::SaturatedSub(before, left);
  const V8 to_left = hn::Or(up_more, up_less), to_up = hn::Or(left_more, left_less);
  const V8 both = difference(hn::SaturatedAdd(up_more, left_more), hn::SaturatedAdd(up_less, left_less));
  const V8 least = hn::Min(to_left, to_up);
  const V8 nearer = hn::IfThenElse(hn::Eq(least, to_left), left, up);
  return hn::IfThenElse(hn::Eq(hn::Min(least, both), least), nearer, before);
}

/// Rounded down.
HWY_INLINE V8 average(V8 a, V8 b) {
  const U8 d;
  return hn::Sub(hn::AverageRound(a, b), hn::And(hn::Xor(a, b), hn::Set(d, std::uint8_t{1})));
}

/// Which neighbours each row's filter uses. Paeth's predictor gives the left or upper one where others are 0.
struct Masks {
  V8 left, up, before, average;
};

/// The vector of pixels that are worked on: a lane of `kLane` bytes for each row.
template <std::size_t kLane>
class Wave {
 public:
  static constexpr std::size_t k_rows = 16 / kLane;

  Wave(const FilteredRows& in, const std::uint8_t* above, std::uint8_t* out, std::size_t pitch)
      : in_(in), above_(above), out_(out), pitch_(pitch), pixels_(in.row_bytes / in.pixel_bytes) {
    alignas(16) std::uint8_t spread[16];
    alignas(16) std::uint8_t packed[16];
    for (std::size_t i = 0; i < 16; ++i) {
      constexpr std::uint8_t k_zero = 0x80;
      const std::size_t n = in.pixel_bytes;
      spread[i] = i % kLane < n ? static_cast<std::uint8_t>(i / kLane * n + i % kLane) : k_zero;
      packed[i] = i < k_rows * n ? static_cast<std::uint8_t>(i / n * kLane + i % n) : k_zero;
    }
    spread_ = hn::Load(U8(), spread);
    packed_ = hn::Load(U8(), packed);
  }

  /// As many steps at once as there are rows.
  HWY_INLINE void run() {
    const bool paeth_alone =
        filter(0) == k_paeth && filter(1) == k_paeth && filter(k_rows - 2) == k_paeth && filter(k_rows - 1) == k_paeth;
    const Masks masks = masks_of_filters();
    V8 last = hn::Zero(U8()), before = last;
    for (std::size_t x = 0; x < pixels_ + k_rows - 1; x += k_rows) {
      const bool within = x >= k_rows && x + k_rows <= pixels_;
      V8 rows[k_rows];
      for (std::size_t r = 0; r < k_rows; ++r) rows[r] = within ? load(bytes(r), x - r) : load_edge(bytes(r), x, r);
      const V8 up = within ? load(above_, x) : load_edge(above_, x, 0);
      transpose(rows);
      if (paeth_alone)
        steps<true>(rows, up, masks, last, before);
      else
        steps<false>(rows, up, masks, last, before);
      transpose(rows);
      for (std::size_t r = 0; r < k_rows; ++r) within ? store(rows[r], r, x - r) : store_edge(rows[r], r, x);
    }
  }

 private:
  unsigned filter(std::size_t r) const { return in_.first[r * (in_.row_bytes + 1)]; }
  const std::uint8_t* bytes(std::size_t r) const { return in_.first + r * (in_.row_bytes + 1) + 1; }

  Masks masks_of_filters() const {
    alignas(16) std::uint8_t left[16], up[16], mean[16];
    for (std::size_t i = 0; i < 16; ++i) {
      const unsigned f = filter(i / kLane);
      left[i] = f == k_none || f == k_up ? 0 : 255;
      up[i] = f == k_none || f == k_sub ? 0 : 255;
      mean[i] = f == k_average ? 255 : 0;
    }
    const U8 d;
    return {hn::Load(d, left), hn::Load(d, up), hn::And(hn::Load(d, left), hn::Load(d, up)), hn::Load(d, mean)};
  }

  /// k_rows pixels from pixel `x` on, a lane each.
  HWY_INLINE V8 load(const std::uint8_t* row, std::size_t x) const {
    return hn::TableLookupBytesOr0(hn::LoadU(U8(), row + x * in_.pixel_bytes), spread_);
  }
  HWY_INLINE void store(V8 pixels, std::size_t r, std::size_t x) const {
    hn::StoreU(hn::TableLookupBytesOr0(pixels, packed_), U8(), out_ + r * pitch_ + x * in_.pixel_bytes);
  }

  /// Of a row that is `behind` pixels behind `x`: the pixels that it has, with zeros for the others.
  V8 load_edge(const std::uint8_t* row, std::size_t x, std::size_t behind) const {
    alignas(16) std::uint8_t some[16] = {};
    const auto [begin, end] = part(x, behind);
    if (begin < end)
      std::memcpy(some + (begin + behind - x) * in_.pixel_bytes, row + begin * in_.pixel_bytes,
                  (end - begin) * in_.pixel_bytes);
    return hn::TableLookupBytesOr0(hn::Load(U8(), some), spread_);
  }
  void store_edge(V8 pixels, std::size_t r, std::size_t x) const {
    alignas(16) std::uint8_t some[16];
    hn::Store(hn::TableLookupBytesOr0(pixels, packed_), U8(), some);
    const auto [begin, end] = part(x, r);
    if (begin < end)
      std::memcpy(out_ + r * pitch_ + begin * in_.pixel_bytes, some + (begin + r - x) * in_.pixel_bytes,
                  (end - begin) * in_.pixel_bytes);
  }
  struct Part {
    std::size_t begin, end;
  };
  Part part(std::size_t x, std::size_t behind) const {
    return {x > behind ? x - behind : 0, x + k_rows > behind ? std::min(pixels_, x + k_rows - behind) : 0};
  }

  /// Pixels of a row ↔ the pixels of all rows at a step.
  static HWY_INLINE void transpose(V8* rows) {
    if constexpr (kLane == 8) {
      const hn::Repartition<std::uint64_t, U8> wide;
      const auto a = hn::BitCast(wide, rows[0]), b = hn::BitCast(wide, rows[1]);
      rows[0] = hn::BitCast(U8(), hn::InterleaveLower(wide, a, b));
      rows[1] = hn::BitCast(U8(), hn::InterleaveUpper(wide, a, b));
    } else {
      const hn::Repartition<std::uint32_t, U8> wide;
      for (int stage = 0; stage < 2; ++stage) {
        const auto a = hn::BitCast(wide, rows[0]), b = hn::BitCast(wide, rows[1]), c = hn::BitCast(wide, rows[2]),
                   e = hn::BitCast(wide, rows[3]);
        rows[0] = hn::BitCast(U8(), hn::InterleaveLower(wide, a, c));
        rows[1] = hn::BitCast(U8(), hn::InterleaveUpper(wide, a, c));
        rows[2] = hn::BitCast(U8(), hn::InterleaveLower(wide, b, e));
        rows[3] = hn::BitCast(U8(), hn::InterleaveUpper(wide, b, e));
      }
    }
  }

  template <bool kPaethAlone>
  static HWY_INLINE V8 step(V8 filtered, V8 left, V8 up, V8 before, const Masks& masks) {
    if constexpr (kPaethAlone) return hn::Add(filtered, paeth(left, up, before));
    const V8 a = hn::And(left, masks.left), b = hn::And(up, masks.up), c = hn::And(before, masks.before);
    const V8 mean = average(a, b);
    const V8 chosen = hn::Or(hn::And(masks.average, mean), hn::AndNot(masks.average, paeth(a, b, c)));
    return hn::Add(filtered, chosen);
  }

  /// `up` holds the pixels above the first row; above the others are the results of the step before. Leaves results in
  /// `rows`.
  template <bool kPaethAlone>
  static HWY_INLINE void steps(V8* rows, V8 up, const Masks& masks, V8& last, V8& before) {
    const U8 d;
    const auto one = [&](V8& row, V8 first_up) HWY_ATTR {
      const V8 above = hn::CombineShiftRightBytes<16 - kLane>(d, last, first_up);
      last = step<kPaethAlone>(row, last, above, before, masks);
      before = above;
      row = last;
    };
    if constexpr (k_rows == 4) {
      one(rows[0], hn::ShiftLeftBytes<12>(d, up));
      one(rows[1], hn::ShiftLeftBytes<8>(d, up));
      one(rows[2], hn::ShiftLeftBytes<4>(d, up));
      one(rows[3], up);
    } else {
      one(rows[0], hn::ShiftLeftBytes<8>(d, up));
      one(rows[1], up);
    }
  }

  const FilteredRows& in_;
  const std::uint8_t* above_;
  std::uint8_t* out_;
  std::size_t pitch_;
  std::size_t pixels_;
  V8 spread_;
  V8 packed_;
};

void add_rows(const std::uint8_t* a, const std::uint8_t* b, std::size_t size, std::uint8_t* out) {
  const U8 d;
  for (std::size_t i = 0; i < size; i += 16) hn::StoreU(hn::Add(hn::LoadU(d, a + i), hn::LoadU(d, b + i)), d, out + i);
}

std::size_t unfilter_rows(const FilteredRows& in, const std::uint8_t* above, std::uint8_t* out, std::size_t pitch) {
  const bool wide = in.pixel_bytes > 4;
  const std::size_t rows = wide ? 2 : 4;
  const unsigned filter = in.first[0];
  if (filter == k_none) {
    std::memcpy(out, in.first + 1, in.row_bytes);
    return 1;
  }
  if (filter == k_up) {
    add_rows(in.first + 1, above, in.row_bytes, out);
    return 1;
  }
  if (in.left < rows) {
    unfilter_plain(in, above, out);
    return 1;
  }
  wide ? Wave<8>(in, above, out, pitch).run() : Wave<4>(in, above, out, pitch).run();
  return rows;
}

#endif

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace thumbs::image::unfiltering
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace thumbs::image {
namespace unfiltering {
namespace {

HWY_EXPORT(unfilter_rows);

}  // namespace
}  // namespace unfiltering

using namespace unfiltering;  // NOLINT(google-build-using-namespace): HWY_DYNAMIC_DISPATCH takes no qualified name

std::size_t unfilter(const FilteredRows& in, const std::uint8_t* above, std::uint8_t* out, std::size_t pitch) {
  return HWY_DYNAMIC_DISPATCH(unfilter_rows)(in, above, out, pitch);
}

}  // namespace thumbs::image
#endif
