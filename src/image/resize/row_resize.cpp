// Integer sums do not depend on how many outputs are made at a time, so that a band gives what the whole plane would.
#include "image/resize/row_resize.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "image/resize/overshoot.h"
#include "image/resize/resample.h"

namespace thumbs::image {
namespace {

/// Output rows are made in the resampler's strips, or fewer at a time if the rows they need would take more than this.
constexpr std::size_t k_band_bytes = std::size_t{4} << 20;
/// Extra room for rows that come before others are dropped, as a share of the rows that a group needs.
constexpr int k_spare_share = 4;

int with_spare(int rows) { return rows + rows / k_spare_share + 1; }

std::byte* bytes_at(Plane& plane, int y, int x) {
  std::byte* const row = plane.bytes_per_sample == 1 ? reinterpret_cast<std::byte*>(plane.row<std::uint8_t>(y))
                                                     : reinterpret_cast<std::byte*>(plane.row<std::uint16_t>(y));
  return row + static_cast<std::size_t>(x) * static_cast<std::size_t>(plane.bytes_per_sample);
}

const std::byte* bytes_at(const Plane& plane, int y) {
  return plane.bytes_per_sample == 1 ? reinterpret_cast<const std::byte*>(plane.row<std::uint8_t>(y))
                                     : reinterpret_cast<const std::byte*>(plane.row<std::uint16_t>(y));
}

std::size_t bytes_of(int samples, const Plane& plane) {
  return static_cast<std::size_t>(samples) * static_cast<std::size_t>(plane.bytes_per_sample);
}

}  // namespace

PlaneRowResize::PlaneRowResize(const Plane& shape, const PlaneSpecs& specs)
    : down_(make_filter(specs.down)),
      across_(make_filter(specs.across)),
      transpose_(specs.transpose),
      mirrored_(specs.down.mirrored),
      out_(specs.result(shape.bytes_per_sample)) {
  plan_groups(shape);
  slice_ = down_;
}

/// All outputs in groups of `size`, of a plane of `height` rows.
std::vector<PlaneRowResize::Group> PlaneRowResize::groups_of(int size, int height) const {
  const int outputs = static_cast<int>(down_.starts.size());
  std::vector<Group> groups;
  for (int first = 0; first < outputs; first += size) {
    Group group{.first = first, .count = std::min(size, outputs - first), .begin = height, .end = 0, .keep = 0};
    for (int i = first; i < first + group.count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      group.begin = std::min(group.begin, down_.starts[at]);
      group.end = std::max(group.end, std::min(height, down_.starts[at] + 2 * down_.pair_counts[at]));
    }
    groups.push_back(group);
  }
  if (mirrored_) std::ranges::reverse(groups);
  int keep = height;
  for (auto group = groups.rbegin(); group != groups.rend(); ++group) group->keep = keep = std::min(keep, group->begin);
  return groups;
}

void PlaneRowResize::plan_groups(const Plane& shape) {
  for (int size = k_strip_rows; size > 0; size /= 2) {
    groups_ = groups_of(size, shape.height);
    int most = 0;
    for (const Group& group : groups_) most = std::max(most, group.end - group.keep);
    const bool fits = bytes_of(shape.width, shape) * static_cast<std::size_t>(most) <= k_band_bytes;
    if (!fits && size > 1) continue;
    capacity_ = with_spare(most);
    band_ = Plane(shape.width, capacity_, shape.bytes_per_sample);
    part_ =
        transpose_ ? Plane(size, out_.height, out_.bytes_per_sample) : Plane(out_.width, size, out_.bytes_per_sample);
    return;
  }
}

void PlaneRowResize::take(const Plane& rows) {
  for (int y = 0; y < rows.height && next_group_ < groups_.size(); ++y) {
    const bool wanted = next_row_ >= groups_[next_group_].keep;
    if (!wanted) held_ = 0;
    if (wanted) append(rows, y);
    ++next_row_;
    while (next_group_ < groups_.size() && next_row_ >= groups_[next_group_].end) make(groups_[next_group_++]);
  }
}

void PlaneRowResize::append(const Plane& rows, int y) {
  if (held_ == 0) first_held_ = next_row_;
  if (held_ == capacity_) let_go(groups_[next_group_].keep - first_held_);
  std::memcpy(bytes_at(band_, held_, 0), bytes_at(rows, y), bytes_of(band_.width, band_));
  ++held_;
}

/// Of the band's first `rows` rows.
void PlaneRowResize::let_go(int rows) {
  held_ -= rows;
  first_held_ += rows;
  const std::size_t stride = bytes_of(static_cast<int>(band_.stride), band_);
  std::memmove(bytes_at(band_, 0, 0), bytes_at(band_, rows, 0), static_cast<std::size_t>(held_) * stride);
}

void PlaneRowResize::make(const Group& group) {
  pace_.keep(static_cast<std::size_t>(held_) * band_.stride + static_cast<std::size_t>(part_.height) * part_.stride);
  const std::span starts(down_.starts.data() + group.first, static_cast<std::size_t>(group.count));
  slice_.starts.clear();
  for (const int start : starts) slice_.starts.push_back(start - first_held_);
  slice_.pair_counts.assign(down_.pair_counts.begin() + group.first,
                            down_.pair_counts.begin() + group.first + group.count);
  slice_.pairs.assign(down_.window(group.first), down_.window(group.first + group.count));
  band_.height = held_;
  (transpose_ ? part_.width : part_.height) = group.count;
  filter_plane(band_, slice_, across_, transpose_, part_);
  const int lines = transpose_ ? part_.height : group.count;
  for (int line = 0; line < lines; ++line) {
    std::byte* const to = transpose_ ? bytes_at(out_, line, group.first) : bytes_at(out_, group.first + line, 0);
    std::memcpy(to, bytes_at(part_, line, 0), bytes_of(part_.width, part_));
  }
}

void RowResize::begin(const Picture& frame) {
  planes_.clear();
  out_ = without_planes(frame);
  out_.width = geometry_.crop.width;
  out_.height = geometry_.crop.height;
  quartered_ = keeps_overshoot(frame, orientation_, geometry_, kernel_);
  const std::vector<PlaneSpecs> specs = plane_specs(frame, orientation_, geometry_, kernel_, chroma_, quartered_);
  for (std::size_t i = 0; i < frame.planes.size(); ++i) planes_.emplace_back(frame.planes[i], specs[i]);
}

Picture RowResize::result() {
  for (PlaneRowResize& plane : planes_) out_.planes.push_back(plane.result());
  planes_.clear();
  if (quartered_) settle_overshoot(out_);
  return std::move(out_);
}

double row_resize_memory(double row_bytes, double rows, double outputs, double reach) {
  const double scale = rows / outputs;
  const double one = scale * reach + 2;
  const double strip = scale * (reach + k_strip_rows) + 2;
  const double held = std::max(one, std::min(strip, static_cast<double>(k_band_bytes) / row_bytes));
  return row_bytes * (held * (1 + 1.0 / k_spare_share) + 1);
}

}  // namespace thumbs::image
