// Filter windows of one axis: which samples make an output sample, and with which fixed-point weights.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "thumbs/variant.h"

namespace thumbs::image {

/// One axis of one plane's resize, in upright terms; everything its filter depends on. Output sample i covers the
/// upright resized pixels [offset + i × out_pitch, + out_pitch).
struct AxisSpec {
  int full = 1;       ///< the picture's size, in stored pixels
  int before = 0;     ///< of these, what is cut off at the upright beginning
  int after = 0;      ///< and at the end, before the picture is scaled
  int resized = 1;    ///< its size once scaled
  int offset = 0;     ///< of the crop, in resized pixels
  int outputs = 1;    ///< output samples
  int out_pitch = 1;  ///< resized pixels that an output sample covers
  int samples = 1;    ///< of the plane that count; the rest is padding
  double pitch = 1;   ///< stored pixels that a sample covers
  bool mirrored = false;
  bool even_starts = false;   ///< windows begin at even samples (with a weight of 0 if need be)
  bool byte_samples = false;  ///< samples are 0 to 255; else any int16
  bool quartered = false;     ///< weights sum to a quarter, so that results keep what a kernel overshoots
  Kernel kernel = Kernel::lanczos3;

  bool operator==(const AxisSpec&) const = default;
};

/// Output i is the sum of the 2 × pair_counts[i] samples from starts[i] on, as stored, each times its weight. Weights
/// are int16, two to an int32 (the first in the low half), and sum to 2^bits exactly (quartered ones to 2^(bits - 2));
/// the magnitudes of a window sum to less than 2^(bits + 1). A window's last weight may be a 0 for a sample past the
/// end.
///
/// So that 32 bits hold every sum of products, add up `segment_pairs` pairs at a time and round each such sum down by
/// `segment_shift` bits; all of it is then scaled by 2^(bits - segment_shift), which for samples of 16 bits is 2^14.
struct AxisFilter {
  int bits = 14;
  int segment_pairs = 1;
  int segment_shift = 0;
  bool single_tap = false;  ///< every output is one sample, unchanged
  std::vector<int> starts;
  std::vector<int> pair_counts;
  std::size_t pair_stride = 0;  ///< between the windows in `pairs`
  std::vector<std::int32_t> pairs;

  const std::int32_t* window(int output) const { return pairs.data() + static_cast<std::size_t>(output) * pair_stride; }
  std::size_t bytes() const;
};

/// Whether results may lie outside of the range of the samples: the kernel has negative weights.
bool overshoots(Kernel kernel);

/// Kernels and edges as resize.h has them. Weights come from arithmetic that every machine does alike: no libm.
AxisFilter make_filter(const AxisSpec& spec);

/// An upper estimate of the bytes of make_filter and its result.
std::uint64_t filter_memory(double samples, double outputs);

}  // namespace thumbs::image
