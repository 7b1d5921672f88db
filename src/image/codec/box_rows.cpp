// Column sums first (they vectorise), then one pass across for each row of boxes.
#include "image/codec/box_rows.h"

#include <algorithm>
#include <cassert>

namespace thumbs::image {

BoxRows::BoxRows(Picture& picture, int bytes_per_sample, int shrink)
    : picture_(picture),
      channels_(static_cast<std::size_t>(colour_planes(picture.model) + (picture.alpha ? 1 : 0))),
      shrink_(shrink) {
  assert(shrink >= 1 && shrink <= k_max_shrink);
  const auto shrunk = [&](int size) { return size / shrink + (size % shrink != 0); };
  for (std::size_t c = 0; c < channels_; ++c)
    picture.planes.emplace_back(shrunk(picture.width), shrunk(picture.height), bytes_per_sample, shrink, shrink);
  if (shrink > 1) sums_.resize(padded_samples(static_cast<std::size_t>(picture.width), channels_));
}

void BoxRows::add(const std::uint8_t* row) { take(row); }
void BoxRows::add(const std::uint16_t* row) { take(row); }

template <class Sample>
void BoxRows::take(const Sample* row) {
  if (rows_ == picture_.height) return;
  ++rows_;
  if (shrink_ == 1) return copy(row);
  for (std::size_t block = 0; block < sums_.size(); block += k_block)
    for (std::size_t i = block; i < block + k_block; ++i) sums_[i] += row[i];
  if (++box_rows_ == shrink_ || rows_ == picture_.height) flush<Sample>();
}

template <class Sample>
void BoxRows::copy(const Sample* row) {
  const auto width = static_cast<std::size_t>(picture_.width);
  for (std::size_t c = 0; c < channels_; ++c) {
    Sample* out = picture_.planes[c].row<Sample>(out_row_);
    for (std::size_t x = 0; x < width; ++x) out[x] = row[x * channels_ + c];
  }
  ++out_row_;
}

template <class Sample>
void BoxRows::flush() {
  const auto width = static_cast<std::size_t>(picture_.width);
  const auto shrink = static_cast<std::size_t>(shrink_);
  for (std::size_t c = 0; c < channels_; ++c) {
    Sample* out = picture_.planes[c].row<Sample>(out_row_);
    for (std::size_t begin = 0; begin < width; begin += shrink) {
      const std::size_t end = std::min(begin + shrink, width);
      std::uint64_t sum = 0;
      for (std::size_t x = begin; x < end; ++x) sum += sums_[x * channels_ + c];
      const std::uint64_t count = (end - begin) * static_cast<std::size_t>(box_rows_);
      *out++ = static_cast<Sample>((sum + count / 2) / count);
    }
  }
  std::ranges::fill(sums_, 0);
  box_rows_ = 0;
  ++out_row_;
}

template <class Sample>
void BoxRows::clear_rest() {
  if (box_rows_ > 0) flush<Sample>();
  for (Plane& plane : picture_.planes)
    for (int y = out_row_; y < plane.height; ++y) std::fill_n(plane.row<Sample>(y), plane.width, Sample{0});
}

void BoxRows::finish() {
  if (picture_.bytes_per_sample() == 1)
    clear_rest<std::uint8_t>();
  else
    clear_rest<std::uint16_t>();
}

}  // namespace thumbs::image
