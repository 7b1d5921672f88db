// One output row at a time, one sample at a time.
#include "image/resize/resample_plain.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "image/resize/resample.h"
#include "support/work_limit.h"

namespace thumbs::image {
namespace {

std::int32_t rounded_shift(std::int32_t v, int bits) { return bits > 0 ? (v + (1 << (bits - 1))) >> bits : v; }

/// The weighted sum of a window, segment by segment; `sample(t)` is the t-th sample of the window.
template <class SampleAt>
std::int32_t weighted_sum(const AxisFilter& filter, int output, int segment_pairs, int segment_shift, SampleAt sample) {
  const std::int32_t* weights = filter.window(output);
  const int count = filter.pair_counts[static_cast<std::size_t>(output)];
  std::int32_t total = 0;
  for (int t = 0; t < count;) {
    std::int32_t sum = 0;
    for (const int stop = std::min(count, t + segment_pairs); t < stop; ++t) {
      const auto first = static_cast<std::int16_t>(weights[t] & 0xFFFF);
      const auto second = static_cast<std::int16_t>(weights[t] >> 16);
      sum += first * sample(2 * t) + second * sample(2 * t + 1);
    }
    total += rounded_shift(sum, segment_shift);
  }
  return total;
}

template <class Sample>
std::int16_t filter_down(const Plane& in, const AxisFilter& down, int y, int x) {
  constexpr bool k_bytes = sizeof(Sample) == 1;
  const int start = down.starts[static_cast<std::size_t>(y)];
  const auto sample = [&](int t) {
    return in.row<Sample>(std::min(start + t, in.height - 1))[x] - (k_bytes ? 0 : k_middle_16);
  };
  const std::int32_t sum = k_bytes ? weighted_sum(down, y, down.pair_counts[static_cast<std::size_t>(y)], 0, sample)
                                   : weighted_sum(down, y, down.segment_pairs, down.segment_shift, sample);
  return static_cast<std::int16_t>(rounded_shift(sum, k_bytes ? down.bits - k_fraction_bits : k_weight_bits + 1));
}

template <class Sample>
Sample finished(std::int32_t sum) {
  if constexpr (sizeof(Sample) == 1) {
    return static_cast<Sample>(std::clamp(rounded_shift(sum, k_weight_bits + k_fraction_bits), 0, 0xFF));
  } else {
    return static_cast<Sample>(std::clamp(rounded_shift(sum, k_weight_bits - 1) + k_middle_16, 0, 0xFFFF));
  }
}

template <class Sample>
void resample(const Plane& in, const AxisFilter& down, const AxisFilter& across, const Chunk& chunk, bool transpose,
              Plane& out, Pace& pace) {
  std::vector<std::int16_t> row(chunk.columns());
  const int rows = static_cast<int>(down.starts.size());
  for (int y = 0; y < rows; ++y) {
    pace.keep(row.size() * static_cast<std::size_t>(down.pair_counts[static_cast<std::size_t>(y)]));
    for (std::size_t x = 0; x < row.size(); ++x)
      row[x] = filter_down<Sample>(in, down, y, chunk.begin + static_cast<int>(x));
    for (int i = chunk.first; i < chunk.last; ++i) {
      const std::int16_t* window = row.data() + (across.starts[static_cast<std::size_t>(i)] - chunk.begin);
      const std::int32_t sum =
          weighted_sum(across, i, across.segment_pairs, across.segment_shift, [&](int t) { return window[t]; });
      (transpose ? out.row<Sample>(i)[y] : out.row<Sample>(y)[i]) = finished<Sample>(sum);
    }
  }
}

}  // namespace

void resample_plain(const Plane& in, const AxisFilter& down, const AxisFilter& across, bool transpose, Plane& out) {
  const int outputs = static_cast<int>(across.starts.size());
  Pace pace;
  for (int first = 0; first < outputs;) {
    const Chunk chunk = next_chunk(across, first);
    in.bytes_per_sample == 1 ? resample<std::uint8_t>(in, down, across, chunk, transpose, out, pace)
                             : resample<std::uint16_t>(in, down, across, chunk, transpose, out, pace);
    first = chunk.last;
  }
}

}  // namespace thumbs::image
