// Edges of alpha: kernels that ring must not change the colour beside them, and clip alpha correctly.
#include "image/resize/overshoot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "image/resize/linear_light.h"
#include "image/resize/resize.h"
#include "unit/image/resize/resize_support.h"

namespace thumbs::image {
namespace {

using test::make_plane;
using test::sample;
using test::whole;

constexpr int k_full = 65535;

/// One colour everywhere, opaque or clear by chance in cells of `cell` by `cell`.
Picture holed_picture(std::mt19937& random, int width, int height, int colour, int cell = 4) {
  const Plane cells = test::noise_plane(random, width / cell + 1, height / cell + 1, 1);
  const auto opaque = [&](int x, int y) { return sample(cells, x / cell, y / cell) % 2 == 0; };
  Picture picture =
      test::grey_picture(make_plane(width, height, 2, [&](int x, int y) { return opaque(x, y) ? colour : 0; }));
  picture.alpha = picture.premultiplied = true;
  picture.planes.push_back(make_plane(width, height, 2, [&](int x, int y) { return opaque(x, y) ? k_full : 0; }));
  return picture;
}

/// How far the colours that show are from `colour`, in steps of 8 bits.
double colour_error(const Picture& picture, int colour) {
  double worst = 0;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const double alpha = sample(picture.planes[1], x, y);
      if (alpha < k_full / 16) continue;
      worst = std::max(worst, std::abs(1.0 * sample(picture.planes[0], x, y) * k_full / alpha - colour) / 257);
    }
  }
  return worst;
}

TEST(Overshoot, EdgesOfAlphaChangeNoColour) {
  std::mt19937 random(1);
  for (const Kernel kernel : test::k_kernels) {
    for (const Size size : {Size{37, 29}, Size{150, 90}, Size{80, 21}, Size{30, 60}, Size{80, 60}, Size{60, 80}}) {
      for (const int exif : {1, 6, 3}) {
        for (const int colour : {k_full, 40000, 9000}) {
          SCOPED_TRACE("kernel " + std::to_string(static_cast<int>(kernel)) + " to " + std::to_string(size.width) +
                       " orientation " + std::to_string(exif) + " colour " + std::to_string(colour));
          const Orientation orientation = orientation_from_exif(exif);
          const Picture in = holed_picture(random, 80, 60, colour);
          const Picture plain = resize(in, orientation, whole(size), kernel, ChromaGrid::full);
          EXPECT_LE(colour_error(plain, colour), 0.25);
          const auto alpha = test::reference_resize(in, 1, orientation, whole(size), kernel, 1, 1);
          EXPECT_LE(test::largest_error(plain.planes[1], alpha), 0.6);
          const Picture light = resize_in_light(in, orientation, whole(size), kernel, nullptr);
          EXPECT_LE(colour_error(light, colour), 0.85);
          EXPECT_LE(test::largest_error(light.planes[1], alpha), 0.6);
        }
      }
    }
  }
}

// Noise rings by more than the range itself.
TEST(Overshoot, NoiseOfAlphaChangesNoColour) {
  std::mt19937 random(3);
  for (const Kernel kernel : test::k_kernels) {
    for (const Size size : {Size{81, 61}, Size{80, 61}, Size{113, 90}, Size{240, 181}, Size{79, 59}}) {
      for (const int colour : {k_full, 40000, 9000}) {
        SCOPED_TRACE("kernel " + std::to_string(static_cast<int>(kernel)) + " to " + std::to_string(size.width) +
                     " colour " + std::to_string(colour));
        const Picture in = holed_picture(random, 80, 60, colour, 1);
        EXPECT_LE(colour_error(resize(in, {}, whole(size), kernel, ChromaGrid::full), colour), 0.4);
        EXPECT_LE(colour_error(resize_in_light(in, {}, whole(size), kernel, nullptr), colour), 1.2);
      }
    }
  }
}

TEST(Overshoot, IsKeptOnlyWhereAKernelRingsAndSomethingIsScaled) {
  std::mt19937 random(2);
  Picture in = holed_picture(random, 8, 6, 1000);
  EXPECT_TRUE(keeps_overshoot(in, {}, whole({7, 6}), Kernel::cubic));
  EXPECT_FALSE(keeps_overshoot(in, {}, whole({8, 6}), Kernel::cubic));
  EXPECT_TRUE(keeps_overshoot(in, orientation_from_exif(6), whole({8, 6}), Kernel::cubic));
  EXPECT_FALSE(keeps_overshoot(in, orientation_from_exif(6), whole({6, 8}), Kernel::cubic));
  EXPECT_FALSE(keeps_overshoot(in, {}, whole({7, 6}), Kernel::linear));
  in.premultiplied = false;
  EXPECT_FALSE(keeps_overshoot(in, {}, whole({7, 6}), Kernel::cubic));
}

TEST(Overshoot, SettlingCutsColourAndAlphaOffTogether) {
  // As filters leave them (v / 4 + 24576): colour, alpha → colour, alpha.
  const struct {
    int colour, alpha, settled_colour, settled_alpha;
  } cases[] = {
      {24576, 24576, 0, 0},         {40959, 40959, 65532, 65532}, {32768, 40959, 32768, 65532}, {0, 0, 0, 0},
      {65535, 65535, 65535, 65535}, {36864, 49152, 32768, 65535}, {24576, 65535, 0, 65535},     {0, 65535, 0, 65535},
      {65535, 24576, 65535, 0},     {32768, 24576, 32768, 0}};
  for (const auto& c : cases) {
    Picture picture = test::grey_picture(make_plane(1, 1, 2, [&](int, int) { return c.colour; }));
    picture.alpha = picture.premultiplied = true;
    picture.planes.push_back(make_plane(1, 1, 2, [&](int, int) { return c.alpha; }));
    settle_overshoot(picture);
    EXPECT_NEAR(sample(picture.planes[0], 0, 0), c.settled_colour, 1) << c.colour << ' ' << c.alpha;
    EXPECT_EQ(sample(picture.planes[1], 0, 0), c.settled_alpha) << c.colour << ' ' << c.alpha;
  }
}

}  // namespace
}  // namespace thumbs::image
