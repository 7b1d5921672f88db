// From kernels to fixed-point windows: evaluate in double precision, normalise, quantise with the error carried on.
#include "image/resize/kernel.h"

#include <algorithm>
#include <cmath>

#include "support/work_limit.h"

namespace thumbs::image {
namespace {

constexpr double k_pi = 3.14159265358979323846;

/// sin(πx) for |x| ≤ 0.5, by its series: libm's differs in the last bit between machines.
double sin_pi_small(double x) {
  const double z = k_pi * x;
  const double z2 = z * z;
  double sum = 1.0 / 355687428096000;
  sum = sum * z2 - 1.0 / 1307674368000;
  sum = sum * z2 + 1.0 / 6227020800;
  sum = sum * z2 - 1.0 / 39916800;
  sum = sum * z2 + 1.0 / 362880;
  sum = sum * z2 - 1.0 / 5040;
  sum = sum * z2 + 1.0 / 120;
  sum = sum * z2 - 1.0 / 6;
  return z + z * z2 * sum;
}

/// For 0 ≤ x ≤ 1.
double sin_pi(double x) { return sin_pi_small(x > 0.5 ? 1 - x : x); }

constexpr double k_near_zero = 1e-8;

double lanczos2(double x) {
  if (x >= 2) return 0;
  if (x < k_near_zero) return 1;
  const double s = sin_pi(x / 2);
  const double double_angle = 2 * s * sin_pi_small(0.5 - x / 2);  // sin 2a = 2 sin a cos a
  return double_angle * s * 2 / (k_pi * k_pi * x * x);
}

double lanczos3(double x) {
  if (x >= 3) return 0;
  if (x < k_near_zero) return 1;
  const double s = sin_pi(x / 3);
  const double triple_angle = s * (3 - 4 * s * s);  // sin 3a
  return triple_angle * s * 3 / (k_pi * k_pi * x * x);
}

/// Mitchell and Netravali, "Reconstruction Filters in Computer Graphics", 1988: the family of cubics with parameters B
/// and C.
double cubic(double x, double b, double c) {
  if (x >= 2) return 0;
  if (x < 1) return ((12 - 9 * b - 6 * c) * x * x * x + (-18 + 12 * b + 6 * c) * x * x + (6 - 2 * b)) / 6;
  return ((-b - 6 * c) * x * x * x + (6 * b + 30 * c) * x * x + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) / 6;
}

double weight(Kernel kernel, double x) {
  const double magnitude = std::abs(x);
  switch (kernel) {
    case Kernel::nearest:
    case Kernel::box: return x > -0.5 && x <= 0.5 ? 1 : 0;
    case Kernel::linear: return std::max(0.0, 1 - magnitude);
    case Kernel::cubic: return cubic(magnitude, 0, 0.5);
    case Kernel::mitchell: return cubic(magnitude, 1.0 / 3, 1.0 / 3);
    case Kernel::lanczos2: return lanczos2(magnitude);
    case Kernel::lanczos3: return lanczos3(magnitude);
  }
  return 0;
}

double support(Kernel kernel) {
  switch (kernel) {
    case Kernel::nearest:
    case Kernel::box: return 0.5;
    case Kernel::linear: return 1;
    case Kernel::lanczos3: return 3;
    default: return 2;
  }
}

/// A window before it is quantised, in the order of the upright picture.
struct Window {
  int start = 0;
  int count = 0;
  std::size_t weights = 0;  ///< index of the first
};

/// All windows of an axis in double precision. Positions are kept as numerators over one denominator, all whole or half
/// numbers for whole pitches, so that ties are met exactly.
class Windows {
 public:
  explicit Windows(const AxisSpec& spec);

  const std::vector<Window>& windows() const { return windows_; }
  const double* weights(const Window& window) const { return weights_.data() + window.weights; }
  double largest() const { return largest_; }
  int longest() const { return longest_; }

 private:
  double centre_numerator(int output) const;
  bool copies() const;
  void add_nearest(double centre);
  void add(int output);

  const AxisSpec& spec_;
  double part_;  ///< what is scaled, in stored pixels
  double denominator_;
  double scale_numerator_;
  double origin_;
  double first_;  ///< samples [first_, end_) touch what is scaled
  double end_;
  std::vector<Window> windows_;
  std::vector<double> weights_;
  double largest_ = 0;
  int longest_ = 0;
};

Windows::Windows(const AxisSpec& spec)
    : spec_(spec),
      part_(spec.full - spec.before - spec.after),
      denominator_(spec.resized * spec.pitch),
      scale_numerator_(std::max(static_cast<double>(spec.out_pitch) * part_, denominator_)),
      // Mirrored, what the last sample covers beyond the picture's edge comes first.
      origin_(spec.mirrored ? spec.full - spec.samples * spec.pitch : 0),
      first_(std::clamp(std::floor((spec.before - origin_) / spec.pitch), 0.0, spec.samples - 1.0)),
      end_(std::clamp(std::ceil((spec.full - spec.after - origin_) / spec.pitch), first_ + 1, 1.0 * spec.samples)) {
  windows_.reserve(static_cast<std::size_t>(spec.outputs));
  const bool single = spec.kernel == Kernel::nearest || copies();
  Pace pace;
  for (int i = 0; i < spec.outputs; ++i) {
    pace.keep(windows_.empty() ? 0 : static_cast<std::size_t>(windows_.back().count));
    if (single) {
      add_nearest(centre_numerator(i) / denominator_);
    } else {
      add(i);
    }
    longest_ = std::max(longest_, windows_.back().count);
  }
}

double Windows::centre_numerator(int output) const {
  return (spec_.offset + (output + 0.5) * spec_.out_pitch) * part_ + (spec_.before - origin_) * spec_.resized;
}

bool Windows::copies() const {
  if (static_cast<double>(spec_.out_pitch) * part_ != denominator_) return false;
  const double first = centre_numerator(0) / denominator_ - 0.5;
  return first == std::floor(first);
}

void Windows::add_nearest(double centre) {
  const double sample = std::clamp(std::floor(centre), first_, end_ - 1);
  windows_.push_back({static_cast<int>(sample), 1, weights_.size()});
  weights_.push_back(1);
  largest_ = 1;
}

void Windows::add(int output) {
  const double numerator = centre_numerator(output);
  const double centre = numerator / denominator_;
  const double reach = support(spec_.kernel) * scale_numerator_ / denominator_;
  const int begin = static_cast<int>(std::clamp(std::floor(centre - reach + 0.5), first_, end_ - 1));
  const int end = static_cast<int>(std::clamp(std::floor(centre + reach + 0.5), first_, end_));
  const std::size_t first = weights_.size();
  double sum = 0;
  double magnitudes = 0;
  for (int k = begin; k < end; ++k) {
    const double w = weight(spec_.kernel, ((k + 0.5) * denominator_ - numerator) / scale_numerator_);
    sum += w;
    magnitudes += std::abs(w);
    weights_.push_back(w);
  }
  // The widest kernel cut in half at an edge has 0.64 here; less would overflow the fixed point.
  if (!(sum > 0.55 * magnitudes)) {
    weights_.resize(first);
    add_nearest(centre);
    return;
  }
  for (std::size_t k = first; k < weights_.size(); ++k) {
    weights_[k] /= sum;
    largest_ = std::max(largest_, std::abs(weights_[k]));
  }
  windows_.push_back({begin, end - begin, first});
}

/// As many bits as 16-bit weights and 32-bit sums hold, for long windows have small weights, whose errors add up.
void choose_precision(const AxisSpec& spec, const Windows& windows, AxisFilter& filter) {
  constexpr int k_most_bits = 22;
  constexpr int k_plain_window = 64;
  constexpr double k_largest_sum = 49152;
  const int longest_pairs = windows.longest() / 2 + 1;
  filter.bits = 14;
  filter.segment_pairs = longest_pairs;
  if (!spec.byte_samples && windows.longest() <= k_plain_window) return;
  const double limit = spec.byte_samples ? 32000 : 16000;
  while (filter.bits < k_most_bits && std::ldexp(windows.largest(), filter.bits + 1) <= limit) ++filter.bits;
  if (spec.byte_samples) return;
  filter.segment_shift = filter.bits - 14;
  const double pairs = k_largest_sum / (2 * (std::ldexp(windows.largest(), filter.bits) + 1));
  if (filter.segment_shift > 0) filter.segment_pairs = static_cast<int>(std::min(pairs, 1.0 * longest_pairs));
}

/// Rounds weights to whole numbers that sum to 2^bits, each within 1 of its own: the rounding error is carried to the
/// next weight.
void quantise(const double* weights, int count, int bits, std::vector<int>& taps) {
  taps.clear();
  const double one = 1 << bits;
  double carry = 0;
  int sum = 0;
  for (int k = 0; k < count; ++k) {
    const double exact = weights[k] * one + carry;
    const int tap = static_cast<int>(std::floor(exact + 0.5));
    carry = exact - tap;
    sum += tap;
    taps.push_back(tap);
  }
  *std::max_element(taps.begin(), taps.end()) += (1 << bits) - sum;
}

/// Drops zeros at both ends; `start` moves along.
void trim(std::vector<int>& taps, int& start) {
  const auto is_set = [](int tap) { return tap != 0; };
  taps.erase(std::find_if(taps.rbegin(), taps.rend(), is_set).base(), taps.end());
  const auto first = std::find_if(taps.begin(), taps.end(), is_set);
  start += static_cast<int>(first - taps.begin());
  taps.erase(taps.begin(), first);
}

std::int32_t pack(int low, int high) {
  return static_cast<std::int32_t>((static_cast<std::uint32_t>(high) << 16) |
                                   (static_cast<std::uint32_t>(low) & 0xFFFF));
}

/// Appends a window in stored order.
void append(const AxisSpec& spec, std::vector<int>& taps, int start, AxisFilter& filter) {
  if (spec.mirrored) {
    std::reverse(taps.begin(), taps.end());
    start = spec.samples - start - static_cast<int>(taps.size());
  }
  filter.single_tap = filter.single_tap && taps.size() == 1;
  if (spec.even_starts && start % 2 != 0) {
    taps.insert(taps.begin(), 0);
    --start;
  }
  if (taps.size() % 2 != 0) taps.push_back(0);
  std::int32_t* out = filter.pairs.data() + filter.starts.size() * filter.pair_stride;
  for (std::size_t k = 0; k < taps.size(); k += 2) *out++ = pack(taps[k], taps[k + 1]);
  filter.starts.push_back(start);
  filter.pair_counts.push_back(static_cast<int>(taps.size() / 2));
}

}  // namespace

bool overshoots(Kernel kernel) {
  switch (kernel) {
    case Kernel::cubic:
    case Kernel::mitchell:
    case Kernel::lanczos2:
    case Kernel::lanczos3: return true;
    default: return false;
  }
}

std::size_t AxisFilter::bytes() const {
  return (starts.capacity() + pair_counts.capacity()) * sizeof(int) + pairs.capacity() * sizeof(std::int32_t);
}

AxisFilter make_filter(const AxisSpec& spec) {
  const Windows windows(spec);
  const auto outputs = static_cast<std::size_t>(spec.outputs);
  AxisFilter filter;
  choose_precision(spec, windows, filter);
  filter.single_tap = !spec.quartered;
  filter.pair_stride = static_cast<std::size_t>(windows.longest()) / 2 + 1;
  filter.starts.reserve(outputs);
  filter.pair_counts.reserve(outputs);
  filter.pairs.resize(outputs * filter.pair_stride);
  const int unity_bits = filter.bits - (spec.quartered ? 2 : 0);
  std::vector<int> taps;
  Pace pace;
  for (const Window& window : windows.windows()) {
    pace.keep(static_cast<std::size_t>(window.count));
    quantise(windows.weights(window), window.count, unity_bits, taps);
    int start = window.start;
    trim(taps, start);
    append(spec, taps, start, filter);
  }
  return filter;
}

std::uint64_t filter_memory(double samples, double outputs) {
  // The widest kernel sees each sample from 6 outputs, or 7 samples from an output: a double, and half a pair, for
  // each.
  constexpr double k_reach = 7;
  return static_cast<std::uint64_t>((k_reach * (samples + outputs) + outputs * 2) * (sizeof(double) + sizeof(int)));
}

}  // namespace thumbs::image
