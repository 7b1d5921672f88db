// Vectors of 128 bits, which take rows of three channels apart best. Compiled once for each instruction set
// (foreach_target.h).
#include "image/codec/boxes/split.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/codec/boxes/split.cpp"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace thumbs::image::boxes {
namespace HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

template <std::size_t kChannels, class Sample, class Sum>
void add_row(const Sample* row, std::size_t width, const Split<Sum>& sums, bool first) {
  for (std::size_t x = 0; x < width; ++x)
    for (std::size_t c = 0; c < kChannels; ++c)
      sums[c][x] = static_cast<Sum>((first ? 0 : sums[c][x]) + row[x * kChannels + c]);
}

template <std::size_t kChannels, class Sample>
void copy_row(const Sample* row, std::size_t width, const Split<Sample>& planes) {
  for (std::size_t x = 0; x < width; ++x)
    for (std::size_t c = 0; c < kChannels; ++c) planes[c][x] = row[x * kChannels + c];
}

std::size_t means(const std::uint16_t*, std::size_t, int, std::uint8_t*) { return 0; }

#else

namespace hn = hwy::HWY_NAMESPACE;

template <class Sample>
using Samples = hn::FixedTag<Sample, 16 / sizeof(Sample)>;

/// A vector for each channel.
template <std::size_t kChannels, class Sample, class V>
HWY_INLINE void load(const Sample* row, V* channels) {
  const Samples<Sample> d;
  if constexpr (kChannels == 1) channels[0] = hn::LoadU(d, row);
  if constexpr (kChannels == 2) hn::LoadInterleaved2(d, row, channels[0], channels[1]);
  if constexpr (kChannels == 3) hn::LoadInterleaved3(d, row, channels[0], channels[1], channels[2]);
  if constexpr (kChannels == 4) hn::LoadInterleaved4(d, row, channels[0], channels[1], channels[2], channels[3]);
}

template <class Sample, class Sum>
HWY_INLINE void add_vector(hn::Vec<Samples<Sample> > samples, Sum* sums, bool first) {
  const hn::FixedTag<Sum, 16 / sizeof(Sum)> d;
  const Samples<Sample> narrow;
  const auto zero = hn::Zero(narrow);
  const auto low = hn::BitCast(d, hn::InterleaveLower(narrow, samples, zero));
  const auto high = hn::BitCast(d, hn::InterleaveUpper(narrow, samples, zero));
  Sum* const upper = sums + 16 / sizeof(Sum);
  hn::StoreU(first ? low : hn::Add(low, hn::LoadU(d, sums)), d, sums);
  hn::StoreU(first ? high : hn::Add(high, hn::LoadU(d, upper)), d, upper);
}

template <std::size_t kChannels, class Sample, class Sum>
void add_row(const Sample* row, std::size_t width, const Split<Sum>& sums, bool first) {
  constexpr std::size_t k_pixels = 16 / sizeof(Sample);
  hn::Vec<Samples<Sample> > channels[kChannels];
  for (std::size_t x = 0; x < width; x += k_pixels) {
    load<kChannels>(row + x * kChannels, channels);
    for (std::size_t c = 0; c < kChannels; ++c) add_vector<Sample>(channels[c], sums[c] + x, first);
  }
}

template <std::size_t kChannels, class Sample>
void copy_row(const Sample* row, std::size_t width, const Split<Sample>& planes) {
  constexpr std::size_t k_pixels = 16 / sizeof(Sample);
  hn::Vec<Samples<Sample> > channels[kChannels];
  for (std::size_t x = 0; x < width; x += k_pixels) {
    load<kChannels>(row + x * kChannels, channels);
    for (std::size_t c = 0; c < kChannels; ++c) hn::StoreU(channels[c], Samples<Sample>(), planes[c] + x);
  }
}

using D16 = hn::FixedTag<std::uint16_t, 8>;
using V16 = hn::Vec<D16>;

/// Sums of neighbours: of the vectors at `p` and behind it, one vector.
HWY_INLINE V16 pair_sums(V16 low, V16 high) {
  const D16 d;
  return hn::Add(hn::ConcatEven(d, high, low), hn::ConcatOdd(d, high, low));
}

template <int kShrink>
HWY_INLINE V16 mean_of_boxes(const std::uint16_t* p) {
  const D16 d;
  if constexpr (kShrink == 2) {
    const V16 sums = pair_sums(hn::LoadU(d, p), hn::LoadU(d, p + 8));
    return hn::ShiftRight<2>(hn::Add(sums, hn::Set(d, std::uint16_t{2})));
  } else if constexpr (kShrink == 3) {
    V16 a, b, c;
    hn::LoadInterleaved3(d, p, a, b, c);
    // Times 65536/9, rounded up: exact for so small sums.
    const V16 sums = hn::Add(hn::Add(a, b), hn::Add(c, hn::Set(d, std::uint16_t{4})));
    return hn::MulHigh(sums, hn::Set(d, std::uint16_t{7282}));
  } else {
    const V16 low = pair_sums(hn::LoadU(d, p), hn::LoadU(d, p + 8));
    const V16 high = pair_sums(hn::LoadU(d, p + 16), hn::LoadU(d, p + 24));
    return hn::ShiftRight<4>(hn::Add(pair_sums(low, high), hn::Set(d, std::uint16_t{8})));
  }
}

template <int kShrink>
std::size_t means_by(const std::uint16_t* sums, std::size_t count, std::uint8_t* out) {
  const hn::FixedTag<std::uint8_t, 8> d;
  const hn::FixedTag<std::int16_t, 8> wide;
  std::size_t x = 0;
  for (; x + 8 <= count; x += 8)
    hn::StoreU(hn::DemoteTo(d, hn::BitCast(wide, mean_of_boxes<kShrink>(sums + x * kShrink))), d, out + x);
  return x;
}

std::size_t means(const std::uint16_t* sums, std::size_t count, int shrink, std::uint8_t* out) {
  switch (shrink) {
    case 2: return means_by<2>(sums, count, out);
    case 3: return means_by<3>(sums, count, out);
    case 4: return means_by<4>(sums, count, out);
    default: return 0;
  }
}

#endif

template <class Sample, class Sum>
void add(const Sample* row, std::size_t width, std::size_t channels, const Split<Sum>& sums, bool first) {
  switch (channels) {
    case 1: return add_row<1>(row, width, sums, first);
    case 2: return add_row<2>(row, width, sums, first);
    case 3: return add_row<3>(row, width, sums, first);
    default: return add_row<4>(row, width, sums, first);
  }
}

template <class Sample>
void copy(const Sample* row, std::size_t width, std::size_t channels, const Split<Sample>& planes) {
  switch (channels) {
    case 1: return copy_row<1>(row, width, planes);
    case 2: return copy_row<2>(row, width, planes);
    case 3: return copy_row<3>(row, width, planes);
    default: return copy_row<4>(row, width, planes);
  }
}

void add_8(const std::uint8_t* row, std::size_t width, std::size_t channels, const Split<std::uint16_t>& sums,
           bool first) {
  add(row, width, channels, sums, first);
}
void add_16(const std::uint16_t* row, std::size_t width, std::size_t channels, const Split<std::uint32_t>& sums,
            bool first) {
  add(row, width, channels, sums, first);
}
void copy_8(const std::uint8_t* row, std::size_t width, std::size_t channels, const Split<std::uint8_t>& planes) {
  copy(row, width, channels, planes);
}
void copy_16(const std::uint16_t* row, std::size_t width, std::size_t channels, const Split<std::uint16_t>& planes) {
  copy(row, width, channels, planes);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace thumbs::image::boxes
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace thumbs::image {
namespace boxes {
namespace {

HWY_EXPORT(add_8);
HWY_EXPORT(add_16);
HWY_EXPORT(copy_8);
HWY_EXPORT(copy_16);
HWY_EXPORT(means);

}  // namespace
}  // namespace boxes

using namespace boxes;  // NOLINT(google-build-using-namespace): HWY_DYNAMIC_DISPATCH takes no qualified name

void add_columns(const std::uint8_t* row, std::size_t width, std::size_t channels, const Split<std::uint16_t>& sums,
                 bool first) {
  HWY_DYNAMIC_DISPATCH(add_8)(row, width, channels, sums, first);
}
void add_columns(const std::uint16_t* row, std::size_t width, std::size_t channels, const Split<std::uint32_t>& sums,
                 bool first) {
  HWY_DYNAMIC_DISPATCH(add_16)(row, width, channels, sums, first);
}
void split_row(const std::uint8_t* row, std::size_t width, std::size_t channels, const Split<std::uint8_t>& planes) {
  HWY_DYNAMIC_DISPATCH(copy_8)(row, width, channels, planes);
}
void split_row(const std::uint16_t* row, std::size_t width, std::size_t channels, const Split<std::uint16_t>& planes) {
  HWY_DYNAMIC_DISPATCH(copy_16)(row, width, channels, planes);
}
std::size_t mean_columns(const std::uint16_t* sums, std::size_t count, int shrink, std::uint8_t* out) {
  return HWY_DYNAMIC_DISPATCH(means)(sums, count, shrink, out);
}

}  // namespace thumbs::image
#endif
