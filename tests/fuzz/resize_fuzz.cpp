// Any bytes as a picture of samples and a way to resize it: every instruction set gives the same samples, and so do
// rows that come one by one.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>
#include <vector>

#include "image/resize/resize.h"
#include "image/resize/row_resize.h"
#include "image/resize/targets.h"
#include "support/pictures.h"

namespace thumbs {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// Numbers from the bytes, and zeros after the last one.
class Bytes {
 public:
  explicit Bytes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  int below(int end) {
    const int value = at_ < bytes_.size() ? bytes_[at_++] : 0;
    return value % end;
  }
  /// Samples repeat what is left.
  std::uint8_t sample(std::size_t i) const {
    const std::size_t left = bytes_.size() - at_;
    return left == 0 ? 0 : bytes_[at_ + i % left];
  }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

struct Job {
  image::Picture picture;
  image::Orientation orientation;
  image::Geometry geometry;
  Kernel kernel = Kernel::box;
};

Job job_of(Bytes bytes) {
  constexpr std::array k_kernels = {Kernel::nearest,  Kernel::box,      Kernel::linear,  Kernel::cubic,
                                    Kernel::mitchell, Kernel::lanczos2, Kernel::lanczos3};
  Job job;
  const int width = 1 + bytes.below(250), height = 1 + bytes.below(60), depth = 1 + bytes.below(2);
  const image::Size out = {1 + bytes.below(90), 1 + bytes.below(90)};
  job.kernel = k_kernels.at(static_cast<std::size_t>(bytes.below(7)));
  job.orientation = image::orientation_from_exif(1 + bytes.below(8));
  job.geometry.resized = job.geometry.crop = job.geometry.canvas = out;
  job.picture.width = width;
  job.picture.height = height;
  job.picture.model = image::ColourModel::grey;
  image::Plane& plane = job.picture.planes.emplace_back(width, height, depth);
  const auto row_bytes = static_cast<std::size_t>(width) * static_cast<std::size_t>(depth);
  for (int y = 0; y < height; ++y) {
    auto* row = reinterpret_cast<std::uint8_t*>(depth == 1 ? static_cast<void*>(plane.row<std::uint8_t>(y))
                                                           : static_cast<void*>(plane.row<std::uint16_t>(y)));
    for (std::size_t x = 0; x < row_bytes; ++x) row[x] = bytes.sample(static_cast<std::size_t>(y) * row_bytes + x);
  }
  return job;
}

image::Plane row_of(const image::Plane& plane, int y) {
  image::Plane row(plane.width, 1, plane.bytes_per_sample);
  const auto copy = [&]<class Sample>(Sample) { std::copy_n(plane.row<Sample>(y), plane.width, row.row<Sample>(0)); };
  if (plane.bytes_per_sample == 1)
    copy(std::uint8_t{});
  else
    copy(std::uint16_t{});
  return row;
}

std::vector<unsigned> by_rows(const Job& job) {
  image::RowResize rows(job.orientation, job.geometry, job.kernel, image::ChromaGrid::full);
  const image::Plane& plane = job.picture.planes.front();
  image::Picture frame = image::without_planes(job.picture);
  frame.planes.push_back(image::plane_shape(plane.width, plane.height, plane.bytes_per_sample, 1, 1));
  rows.begin(frame);
  for (int y = 0; y < plane.height; ++y) rows.take(0, row_of(plane, y));
  return test::samples_of(rows.result());
}

void resize_by_all(const Job& job) {
  std::vector<unsigned> first;
  static const std::vector<image::ResizeTarget> targets = image::resize_targets();
  for (const image::ResizeTarget& target : targets) {
    image::use_resize_target(target);
    std::vector<unsigned> samples = test::samples_of(
        image::resize(job.picture, job.orientation, job.geometry, job.kernel, image::ChromaGrid::full));
    if (first.empty())
      first = std::move(samples);
    else
      require(samples == first);
  }
  image::use_best_resize_target();
  require(by_rows(job) == first);
}

}  // namespace
}  // namespace thumbs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thumbs::resize_by_all(thumbs::job_of(thumbs::Bytes(std::span(data, size))));
  return 0;
}
