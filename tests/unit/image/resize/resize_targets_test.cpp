// Every instruction set of this machine gives the same samples.
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "image/resize/resize.h"
#include "image/resize/targets.h"
#include "unit/image/resize/resize_support.h"
#include "unit/image/resize/restore_target.h"

namespace thumbs::image {
namespace {

struct Job {
  Size in, out;
  int bytes;
  int exif;
  Kernel kernel;
};

std::vector<Job> jobs(std::mt19937& random) {
  std::vector<Job> all = {
      {{800, 600}, {256, 192}, 1, 1, Kernel::lanczos3}, {{800, 600}, {256, 192}, 2, 6, Kernel::lanczos3},
      {{3000, 40}, {9, 3}, 1, 1, Kernel::lanczos3},     {{40, 3000}, {3, 9}, 2, 3, Kernel::lanczos3},
      {{9000, 3}, {2500, 2}, 1, 2, Kernel::cubic},      {{7, 5}, {130, 111}, 1, 8, Kernel::mitchell},
      {{5000, 3000}, {3, 2}, 2, 1, Kernel::box},
  };
  const auto any = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  for (int i = 0; i < 60; ++i) {
    all.push_back(
        {{any(1, 300), any(1, 300)}, {any(1, 150), any(1, 150)}, any(1, 2), any(1, 8), test::k_kernels[any(0, 6)]});
  }
  return all;
}

void expect_equal(const Plane& a, const Plane& b) {
  for (int y = 0; y < a.height; ++y) {
    const auto bytes = static_cast<std::size_t>(a.width * a.bytes_per_sample);
    ASSERT_EQ(std::memcmp(a.row<std::uint8_t>(0) +
                              static_cast<std::size_t>(y) * a.stride * static_cast<std::size_t>(a.bytes_per_sample),
                          b.row<std::uint8_t>(0) +
                              static_cast<std::size_t>(y) * b.stride * static_cast<std::size_t>(b.bytes_per_sample),
                          bytes),
              0)
        << "row " << y;
  }
}

TEST(ResizeTargets, AllGiveTheSameSamples) {
  const test::RestoreTarget restore;
  const std::vector<ResizeTarget> targets = resize_targets();
  ASSERT_FALSE(targets.empty());
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (const Job& job : jobs(random)) {
    const Picture in = test::grey_picture(test::noise_plane(random, job.in.width, job.in.height, job.bytes));
    Picture first;
    for (const ResizeTarget& target : targets) {
      SCOPED_TRACE(target.name + ": " + std::to_string(job.in.width) + "x" + std::to_string(job.in.height) + " to " +
                   std::to_string(job.out.width) + "x" + std::to_string(job.out.height));
      use_resize_target(target);
      Picture out = resize(in, orientation_from_exif(job.exif), test::whole(job.out), job.kernel, ChromaGrid::full);
      if (first.planes.empty()) {
        first = std::move(out);
      } else {
        ASSERT_NO_FATAL_FAILURE(expect_equal(first.planes[0], out.planes[0]));
      }
    }
  }
}

TEST(ResizeTargets, NamesThemBestFirst) {
  std::string names;
  for (const ResizeTarget& target : resize_targets()) names += target.name + ' ';
  RecordProperty("targets", names);
  EXPECT_EQ(names.find("  "), std::string::npos);
}

}  // namespace
}  // namespace thumbs::image
