// Sums of columns first, channel by channel, then one pass across for each row of boxes. Vectors do what there is much
// of.
#include "image/codec/box_rows.h"

#include <algorithm>
#include <cassert>

namespace thumbs::image {
namespace {

/// Quotients by one divisor. A multiplication gives them where its error stays below 1/divisor.
class Quotients {
 public:
  /// Of dividends below (largest sample + 1) × divisor.
  template <class Sample>
  static Quotients by(std::uint64_t divisor) {
    constexpr double k_samples = sizeof(Sample) == 1 ? 256 : 65536;
    const auto d = static_cast<double>(divisor);
    const bool exact = k_samples * d * d < static_cast<double>(std::uint64_t{1} << k_shift);
    return {divisor, exact ? (std::uint64_t{1} << k_shift) / divisor + 1 : 0};
  }
  std::uint64_t of(std::uint64_t dividend) const {
    return factor_ != 0 ? dividend * factor_ >> k_shift : dividend / divisor_;
  }

 private:
  static constexpr int k_shift = 44;
  Quotients(std::uint64_t divisor, std::uint64_t factor) : divisor_(divisor), factor_(factor) {}

  std::uint64_t divisor_;
  std::uint64_t factor_;
};

template <class T>
Split<T> split_pointers(T* first, std::size_t pitch) {
  return {first, first + pitch, first + 2 * pitch, first + 3 * pitch};
}

}  // namespace

BoxRows::BoxRows(Picture& picture, int bytes_per_sample, int shrink)
    : picture_(picture),
      channels_(static_cast<std::size_t>(colour_planes(picture.model) + (picture.alpha ? 1 : 0))),
      pitch_(padded_samples(static_cast<std::size_t>(picture.width), 1)),
      shrink_(shrink) {
  assert(shrink >= 1 && shrink <= k_max_shrink);
  const auto shrunk = [&](int size) { return size / shrink + (size % shrink != 0); };
  for (std::size_t c = 0; c < channels_; ++c)
    picture.planes.emplace_back(shrunk(picture.width), shrunk(picture.height), bytes_per_sample, shrink, shrink);
  if (shrink == 1) return;
  const bool small = bytes_per_sample == 1 && shrink <= k_most_in_16_bits;
  small ? small_sums_.resize(4 * pitch_) : large_sums_.resize(4 * pitch_);
  if (!small && bytes_per_sample == 1) wide_.resize(pitch_ * channels_);
}

void BoxRows::add(const std::uint8_t* row) {
  if (!next_row(row) || shrink_ == 1) return;
  if (wide_.empty()) return add_to<std::uint8_t>(small_sums_, row);
  std::copy_n(row, static_cast<std::size_t>(picture_.width) * channels_, wide_.begin());
  add_to<std::uint8_t>(large_sums_, wide_.data());
}

void BoxRows::add(const std::uint16_t* row) {
  if (next_row(row) && shrink_ > 1) add_to<std::uint16_t>(large_sums_, row);
}

/// Copies the row where nothing is shrunk. False behind the last one.
template <class Sample>
bool BoxRows::next_row(const Sample* row) {
  if (rows_ == picture_.height) return false;
  ++rows_;
  if (shrink_ > 1) return true;
  Split<Sample> planes{};
  for (std::size_t c = 0; c < channels_; ++c) planes[c] = picture_.planes[c].row<Sample>(out_row_);
  split_row(row, static_cast<std::size_t>(picture_.width), channels_, planes);
  ++out_row_;
  return true;
}

/// `Sample` is what the planes hold.
template <class Sample, class In, class Sum>
void BoxRows::add_to(std::vector<Sum>& sums, const In* row) {
  add_columns(row, static_cast<std::size_t>(picture_.width), channels_, split_pointers(sums.data(), pitch_),
              box_rows_ == 0);
  if (++box_rows_ == shrink_ || rows_ == picture_.height) flush<Sample>(sums);
}

template <class Sample, class Sum>
void BoxRows::flush(const std::vector<Sum>& sums) {
  const auto width = static_cast<std::size_t>(picture_.width), shrink = static_cast<std::size_t>(shrink_);
  const std::size_t whole = width / shrink, rest = width % shrink, rows = static_cast<std::size_t>(box_rows_);
  const Quotients quotients = Quotients::by<Sample>(shrink * rows);
  for (std::size_t c = 0; c < channels_; ++c) {
    const Sum* const columns = sums.data() + c * pitch_;
    Sample* const out = picture_.planes[c].row<Sample>(out_row_);
    std::size_t x = 0;
    if constexpr (sizeof(Sum) == 2)
      if (box_rows_ == shrink_) x = mean_columns(columns, whole, shrink_, out);
    const auto mean = [&](std::size_t count, const Quotients& by) {
      std::uint64_t sum = count * rows / 2;
      for (std::size_t i = 0; i < count; ++i) sum += columns[x * shrink + i];
      out[x] = static_cast<Sample>(by.of(sum));
    };
    for (; x < whole; ++x) mean(shrink, quotients);
    if (rest > 0) mean(rest, Quotients::by<Sample>(rest * rows));
  }
  box_rows_ = 0;
  ++out_row_;
}

void BoxRows::flush_open() {
  if (!small_sums_.empty()) return flush<std::uint8_t>(small_sums_);
  picture_.bytes_per_sample() == 1 ? flush<std::uint8_t>(large_sums_) : flush<std::uint16_t>(large_sums_);
}

void BoxRows::finish() {
  if (box_rows_ > 0) flush_open();
  for (Plane& plane : picture_.planes)
    for (int y = out_row_; y < plane.height; ++y) {
      if (plane.bytes_per_sample == 1)
        std::fill_n(plane.row<std::uint8_t>(y), plane.width, std::uint8_t{0});
      else
        std::fill_n(plane.row<std::uint16_t>(y), plane.width, std::uint16_t{0});
    }
}

}  // namespace thumbs::image
