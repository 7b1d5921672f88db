// Both passes of the resize for every instruction set (this file is compiled once for each: foreach_target.h).
#include "image/resize/resample.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "image/resize/resample_plain.h"
#include "image/resize/targets.h"
#include "support/work_limit.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/resize/resample.cpp"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace thumbs::image::resampling {
namespace HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void resample(const Plane& in, const AxisFilter& down, const AxisFilter& across, bool transpose, Plane& out) {
  resample_plain(in, down, across, transpose, out);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t k_strip = k_strip_rows;
constexpr std::size_t k_tile_rows = 4;  ///< rows that are filtered down before they join the strip

using D16 = hn::CappedTag<std::int16_t, 32>;  // a stride of 64 samples holds whole vectors
using D32 = hn::RepartitionToWide<D16>;
using V16 = hn::Vec<D16>;
using V32 = hn::Vec<D32>;

constexpr std::size_t k_vectors = k_strip / hn::MaxLanes(D32());  ///< with one column of a strip's rows, in 32 bits

HWY_INLINE V16 load_samples(const std::uint16_t* p) {
  const hn::RebindToUnsigned<D16> du;
  return hn::BitCast(D16(), hn::Xor(hn::LoadU(du, p), hn::Set(du, std::uint16_t{k_middle_16})));
}

HWY_INLINE V32 rounded_shift(V32 v, int bits) {
  return hn::ShiftRightSame(hn::Add(v, hn::Set(D32(), bits > 0 ? 1 << (bits - 1) : 0)), bits);
}

/// A sum of products of pairs. Which lanes of the two vectors hold a product depends on the target until sum().
struct Accumulator {
  V32 even;
  V32 odd;
  HWY_INLINE Accumulator() : even(hn::Zero(D32())), odd(even) {}
  HWY_INLINE void add(V16 samples, V16 weights) {
    even = hn::ReorderWidenMulAccumulate(D32(), samples, weights, even, odd);
  }
  HWY_INLINE V32 sum() const { return hn::RearrangeToOddPlusEven(even, odd); }
};

/// A pair of weights in all lanes.
HWY_INLINE V16 broadcast(std::int32_t pair) { return hn::BitCast(D16(), hn::Set(D32(), pair)); }

/// Per block of 128 bits: the low halves of the 4 lanes of `low`, then those of `high`.
HWY_INLINE V16 narrow_blocks(V32 low, V32 high) {
  alignas(16) static constexpr std::uint8_t k_order[16] = {0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15};
  const hn::Repartition<std::uint8_t, D16> d8;
  const V16 mixed = hn::OddEven(hn::BitCast(D16(), hn::ShiftLeft<16>(high)), hn::BitCast(D16(), low));
  return hn::BitCast(D16(), hn::TableLookupBytes(hn::BitCast(d8, mixed), hn::LoadDup128(d8, k_order)));
}

/// What down_columns() makes at once: two vectors of columns.
constexpr std::size_t k_columns = 2 * hn::MaxLanes(D16());

/// Two vectors, whose blocks of 128 bits come in turn.
HWY_INLINE void store_blocks(V16 even, V16 odd, std::int16_t* out) {
  constexpr std::size_t k_blocks = hn::MaxLanes(D16()) / 8;
  if constexpr (k_blocks == 1) {
    hn::StoreU(even, D16(), out);
    hn::StoreU(odd, D16(), out + 8);
  } else if constexpr (k_blocks == 2) {
    hn::StoreU(hn::ConcatLowerLower(D16(), odd, even), D16(), out);
    hn::StoreU(hn::ConcatUpperUpper(D16(), odd, even), D16(), out + 16);
  } else {
    alignas(64) std::int16_t blocks[2][k_columns / 2];
    hn::Store(even, D16(), blocks[0]);
    hn::Store(odd, D16(), blocks[1]);
    for (std::size_t i = 0; i < 2 * k_blocks; ++i) std::memcpy(out + i * 8, blocks[i % 2] + i / 2 * 8, 16);
  }
}

/// The weighted sums of `2 × count` rows at k_columns columns. Interleaved bytes are pairs already, which widen in
/// place: half of each 128 bits at a time.
HWY_INLINE void down_columns(const std::uint8_t* const* rows, const std::int32_t* weights, std::size_t count,
                             const AxisFilter& filter, std::size_t x, std::int16_t* out) {
  const hn::Repartition<std::uint8_t, D16> d8;
  const auto zero = hn::Zero(d8);
  const auto lower = [&](hn::Vec<decltype(d8)> pairs)
                         HWY_ATTR { return hn::BitCast(D16(), hn::InterleaveLower(d8, pairs, zero)); };
  const auto upper = [&](hn::Vec<decltype(d8)> pairs)
                         HWY_ATTR { return hn::BitCast(D16(), hn::InterleaveUpper(d8, pairs, zero)); };
  Accumulator sums[4];
  for (std::size_t t = 0; t < count; ++t) {
    const auto first = hn::LoadU(d8, rows[2 * t] + x);
    const auto second = hn::LoadU(d8, rows[2 * t + 1] + x);
    const auto lower_pairs = hn::InterleaveLower(d8, first, second);
    const auto upper_pairs = hn::InterleaveUpper(d8, first, second);
    const V16 pair = broadcast(weights[t]);
    sums[0].add(lower(lower_pairs), pair);
    sums[1].add(upper(lower_pairs), pair);
    sums[2].add(lower(upper_pairs), pair);
    sums[3].add(upper(upper_pairs), pair);
  }
  const auto narrowed = [&](const Accumulator& low, const Accumulator& high) HWY_ATTR {
    const int shift = filter.bits - k_fraction_bits;
    return narrow_blocks(rounded_shift(low.sum(), shift), rounded_shift(high.sum(), shift));
  };
  store_blocks(narrowed(sums[0], sums[1]), narrowed(sums[2], sums[3]), out);
}

/// As above, a vector of columns after the other, each in segments that cannot overflow.
HWY_INLINE void down_columns(const std::uint16_t* const* rows, const std::int32_t* weights, std::size_t count,
                             const AxisFilter& filter, std::size_t x, std::int16_t* out) {
  const auto segment = static_cast<std::size_t>(filter.segment_pairs);
  for (const std::size_t stop = x + k_columns; x < stop; x += hn::Lanes(D16()), out += hn::Lanes(D16())) {
    V32 low = hn::Zero(D32());
    V32 high = low;
    for (std::size_t t = 0; t < count;) {
      Accumulator low_sum;
      Accumulator high_sum;
      for (const std::size_t end = std::min(count, t + segment); t < end; ++t) {
        const V16 first = load_samples(rows[2 * t] + x);
        const V16 second = load_samples(rows[2 * t + 1] + x);
        const V16 pair = broadcast(weights[t]);
        low_sum.add(hn::InterleaveLower(D16(), first, second), pair);
        high_sum.add(hn::InterleaveUpper(D16(), first, second), pair);
      }
      low = hn::Add(low, rounded_shift(low_sum.sum(), filter.segment_shift));
      high = hn::Add(high, rounded_shift(high_sum.sum(), filter.segment_shift));
    }
    hn::StoreU(narrow_blocks(rounded_shift(low, k_weight_bits + 1), rounded_shift(high, k_weight_bits + 1)), D16(),
               out);
  }
}

/// Transposes a square of n × n elements, n vectors of 128 bits: n/2 apart rows are interleaved, log2 n times.
template <class T>
HWY_INLINE void transpose_square(const T* in, std::size_t in_stride, T* out, std::size_t out_stride) {
  constexpr std::size_t n = 16 / sizeof(T);
  const hn::FixedTag<T, n> d;
  hn::Vec<decltype(d)> a[n];
  hn::Vec<decltype(d)> b[n];
  for (std::size_t i = 0; i < n; ++i) a[i] = hn::LoadU(d, in + i * in_stride);
  for (std::size_t stage = 1; stage < n; stage *= 2) {
    for (std::size_t i = 0; i < n / 2; ++i) {
      b[2 * i] = hn::InterleaveLower(d, a[i], a[i + n / 2]);
      b[2 * i + 1] = hn::InterleaveUpper(d, a[i], a[i + n / 2]);
    }
    for (std::size_t i = 0; i < n; ++i) a[i] = b[i];
  }
  for (std::size_t i = 0; i < n; ++i) hn::StoreU(a[i], d, out + i * out_stride);
}

/// One chunk of one plane, strip by strip.
template <class Sample>
class Resampler {
 public:
  Resampler(const Plane& in, const AxisFilter& down, const AxisFilter& across, const Chunk& chunk)
      : in_(in),
        down_(down),
        across_(across),
        chunk_(chunk),
        rows_(chunk.columns() * k_tile_rows),
        strip_(chunk.columns() * k_strip),
        tile_((chunk.outputs() + k_strip - 1) / k_strip * k_strip * k_strip),
        spare_((chunk.outputs() + k_strip - 1) / k_strip * k_strip * k_strip),
        sources_(down.pair_stride * 2) {}

  void run(bool transpose, Plane& out, Pace& pace) {
    const int outputs = static_cast<int>(down_.starts.size());
    for (int y = 0; y < outputs; y += k_strip_rows) {
      const int count = std::min(k_strip_rows, outputs - y);
      pace.keep(k_strip * (chunk_.outputs() + chunk_.columns() * static_cast<std::size_t>(
                                                                     down_.pair_counts[static_cast<std::size_t>(y)])));
      fill_strip(y, count);
      filter_strip();
      transpose ? store_columns(y, count, out) : store_rows(y, count, out);
    }
  }

 private:
  /// Filters output rows [y, y + count) down and lays them side by side: the pair j of columns of all rows, then the
  /// pair j + 1.
  void fill_strip(int y, int count) {
    for (int r = 0; r < count; ++r) {
      filter_down(y + r, rows_.get() + static_cast<std::size_t>(r) % k_tile_rows * chunk_.columns());
      if ((r + 1) % static_cast<int>(k_tile_rows) == 0 || r + 1 == count)
        join(static_cast<std::size_t>(r) / k_tile_rows);
    }
  }

  void filter_down(int y, std::int16_t* out) {
    const auto at = static_cast<std::size_t>(y);
    const auto count = static_cast<std::size_t>(down_.pair_counts[at]);
    for (std::size_t t = 0; t < 2 * count; ++t) {
      const int row = std::min(down_.starts[at] + static_cast<int>(t), in_.height - 1);
      sources_[t] = in_.row<Sample>(row) + chunk_.begin;
    }
    const std::int32_t* weights = down_.window(y);
    for (std::size_t x = 0; x < chunk_.columns(); x += k_columns)
      down_columns(sources_.data(), weights, count, down_, x, out + x);
  }

  /// Turns the rows of tile `tile` into columns of pairs of the strip.
  void join(std::size_t tile) {
    const auto* rows = reinterpret_cast<const std::int32_t*>(rows_.get());
    auto* strip = reinterpret_cast<std::int32_t*>(strip_.get()) + tile * k_tile_rows;
    const std::size_t pairs = chunk_.columns() / 2;
    for (std::size_t j = 0; j < pairs; j += k_tile_rows)
      transpose_square(rows + j, pairs, strip + j * k_strip, k_strip);
  }

  /// All outputs of the chunk for all rows of the strip at once.
  void filter_strip() {
    for (std::size_t i = 0; i < chunk_.outputs(); ++i) {
      const int output = chunk_.first + static_cast<int>(i);
      const auto at = static_cast<std::size_t>(output);
      const auto pair = static_cast<std::size_t>(across_.starts[at] - chunk_.begin) / 2;
      filter_across(strip_.get() + pair * k_strip * 2, across_.window(output),
                    static_cast<std::size_t>(across_.pair_counts[at]), tile_.get() + i * k_strip);
    }
  }

  HWY_INLINE void filter_across(const std::int16_t* pairs, const std::int32_t* weights, std::size_t count,
                                Sample* out) const {
    V32 totals[k_vectors];
    for (V32& total : totals) total = hn::Zero(D32());
    const auto segment = static_cast<std::size_t>(across_.segment_pairs);
    for (std::size_t t = 0; t < count;) {
      Accumulator sums[k_vectors];
      for (const std::size_t stop = std::min(count, t + segment); t < stop; ++t) {
        const V16 pair = broadcast(weights[t]);
        for (std::size_t v = 0; v < k_vectors; ++v)
          sums[v].add(hn::LoadU(D16(), pairs + t * k_strip * 2 + v * hn::Lanes(D16())), pair);
      }
      for (std::size_t v = 0; v < k_vectors; ++v)
        totals[v] = hn::Add(totals[v], rounded_shift(sums[v].sum(), across_.segment_shift));
    }
    for (std::size_t v = 0; v < k_vectors; ++v) store_samples(totals[v], out + v * hn::Lanes(D32()));
  }

  static HWY_INLINE void store_samples(V32 sums, Sample* out) {
    const hn::Rebind<Sample, D32> d;
    if constexpr (sizeof(Sample) == 1) {
      hn::StoreU(hn::DemoteTo(d, rounded_shift(sums, k_weight_bits + k_fraction_bits)), d, out);
    } else {
      hn::StoreU(hn::DemoteTo(d, hn::Add(rounded_shift(sums, k_weight_bits - 1), hn::Set(D32(), k_middle_16))), d, out);
    }
  }

  void store_columns(int y, int count, Plane& out) const {
    for (int i = chunk_.first; i < chunk_.last; ++i) {
      std::memcpy(out.row<Sample>(i) + y, tile_.get() + static_cast<std::size_t>(i - chunk_.first) * k_strip,
                  static_cast<std::size_t>(count) * sizeof(Sample));
    }
  }

  /// Whole squares are written: past the end of a row into its padding, past the last row into the spare strip.
  void store_rows(int y, int count, Plane& out) {
    constexpr std::size_t n = 16 / sizeof(Sample);
    const bool whole = count == k_strip_rows;
    Sample* rows = whole ? out.row<Sample>(y) + chunk_.first : spare_.get();
    const std::size_t stride = whole ? out.stride : (chunk_.outputs() + k_strip - 1) / k_strip * k_strip;
    for (std::size_t i = 0; i < chunk_.outputs(); i += n) {
      for (std::size_t r = 0; r < k_strip; r += n) {
        transpose_square(tile_.get() + i * k_strip + r, k_strip, rows + r * stride + i, stride);
      }
    }
    for (int r = 0; !whole && r < count; ++r) {
      std::memcpy(out.row<Sample>(y + r) + chunk_.first, rows + static_cast<std::size_t>(r) * stride,
                  chunk_.outputs() * sizeof(Sample));
    }
  }

  const Plane& in_;
  const AxisFilter& down_;
  const AxisFilter& across_;
  const Chunk chunk_;
  AlignedBuffer<std::int16_t> rows_;
  AlignedBuffer<std::int16_t> strip_;
  AlignedBuffer<Sample> tile_;
  AlignedBuffer<Sample> spare_;
  std::vector<const Sample*> sources_;
};

void resample(const Plane& in, const AxisFilter& down, const AxisFilter& across, bool transpose, Plane& out) {
  const int outputs = static_cast<int>(across.starts.size());
  Pace pace;
  for (int first = 0; first < outputs;) {
    const Chunk chunk = next_chunk(across, first);
    in.bytes_per_sample == 1 ? Resampler<std::uint8_t>(in, down, across, chunk).run(transpose, out, pace)
                             : Resampler<std::uint16_t>(in, down, across, chunk).run(transpose, out, pace);
    first = chunk.last;
  }
}

#endif

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace thumbs::image::resampling
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace thumbs::image {
namespace resampling {
namespace {

HWY_EXPORT(resample);

}  // namespace
}  // namespace resampling

using namespace resampling;  // NOLINT(google-build-using-namespace): HWY_DYNAMIC_DISPATCH takes no qualified name
namespace {

void choose_targets(std::int64_t targets) {
  hwy::SetSupportedTargetsForTest(targets);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace

void resample_plane(const Plane& in, const AxisFilter& down, const AxisFilter& across, bool transpose, Plane& out) {
  HWY_DYNAMIC_DISPATCH(resample)(in, down, across, transpose, out);
}

std::vector<ResizeTarget> resize_targets() {
  std::vector<ResizeTarget> targets;
  for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
    const std::int64_t target = left & -left;
    targets.push_back({target, hwy::TargetName(target)});
  }
  return targets;
}

void use_resize_target(const ResizeTarget& target) { choose_targets(target.id); }

void use_best_resize_target() { choose_targets(0); }

}  // namespace thumbs::image
#endif
