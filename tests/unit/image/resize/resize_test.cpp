// The resize compared with its definition, and with itself when turned, cropped, or at another depth.
#include "image/resize/resize.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "unit/image/resize/resize_support.h"

namespace thumbs::image {
namespace {

using test::grey_picture;
using test::make_plane;
using test::noise_plane;
using test::oriented;
using test::sample;
using test::whole;

/// 1 of 255 is allowed; rounding alone takes half of that.
constexpr double k_tolerance = 0.75;

Picture noise_picture(std::mt19937& random, int width, int height, int bytes_per_sample) {
  return grey_picture(noise_plane(random, width, height, bytes_per_sample));
}

/// Planes as a decoder gives them at 1/shrink, chroma sub_x × sub_y coarser.
Picture ycbcr_noise(std::mt19937& random, Size size, int shrink, int sub_x, int sub_y) {
  Picture picture;
  picture.width = size.width;
  picture.height = size.height;
  picture.model = ColourModel::ycbcr;
  for (int i = 0; i < 3; ++i) {
    const int px = shrink * (i == 0 ? 1 : sub_x);
    const int py = shrink * (i == 0 ? 1 : sub_y);
    picture.planes.push_back(noise_plane(random, (size.width + px - 1) / px, (size.height + py - 1) / py, 1, px, py));
  }
  return picture;
}

void expect_reference(const Picture& in, Orientation orientation, const Geometry& g, Kernel kernel, ChromaGrid grid) {
  const Picture out = resize(in, orientation, g, kernel, grid);
  ASSERT_EQ(out.width, g.crop.width);
  ASSERT_EQ(out.height, g.crop.height);
  ASSERT_EQ(out.planes.size(), in.planes.size());
  for (std::size_t i = 0; i < in.planes.size(); ++i) {
    SCOPED_TRACE("plane " + std::to_string(i));
    const bool chroma = in.model == ColourModel::ycbcr && i > 0;
    const int px = chroma && grid != ChromaGrid::full ? 2 : 1;
    const int py = chroma && grid == ChromaGrid::half_xy ? 2 : 1;
    EXPECT_EQ(out.planes[i].pitch_x, px);
    EXPECT_EQ(out.planes[i].pitch_y, py);
    EXPECT_EQ(out.planes[i].bytes_per_sample, in.planes[i].bytes_per_sample);
    const auto reference = test::reference_resize(in, i, orientation, g, kernel, px, py);
    EXPECT_LE(test::largest_error(out.planes[i], reference), k_tolerance);
  }
}

TEST(Resize, AgreesWithDoublePrecision) {
  const struct {
    const char* name;
    Size in, out;
  } cases[] = {
      {"a fraction down", {100, 80}, {37, 29}},
      {"a whole number down", {96, 64}, {32, 16}},
      {"far down", {1000, 700}, {7, 5}},
      {"to one pixel", {300, 200}, {1, 1}},
      {"up", {13, 7}, {90, 71}},
      {"one pixel up", {1, 1}, {40, 3}},
      {"one axis each way", {50, 9}, {20, 31}},
      {"a hair down", {101, 67}, {100, 66}},
      {"one axis kept", {40, 33}, {40, 12}},
      {"many strips", {90, 300}, {31, 130}},
  };
  std::mt19937 random(1);
  for (const auto& c : cases) {
    for (const Kernel kernel : test::k_kernels) {
      for (const int bytes : {1, 2}) {
        SCOPED_TRACE(std::string(c.name) + ", kernel " + std::to_string(static_cast<int>(kernel)) + ", bytes " +
                     std::to_string(bytes));
        expect_reference(noise_picture(random, c.in.width, c.in.height, bytes), {}, whole(c.out), kernel,
                         ChromaGrid::full);
      }
    }
  }
}

TEST(Resize, AgreesWithDoublePrecisionForAnySizeCropPitchAndOrientation) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto any = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  for (int round = 0; round < 200; ++round) {
    const Size size{any(1, 130), any(1, 130)};
    const int shrink = any(1, 4);
    const Picture in = ycbcr_noise(random, size, shrink, any(1, 2), any(1, 2));
    const Orientation orientation = orientation_from_exif(any(1, 8));
    Geometry g = whole({any(1, 90), any(1, 90)});
    g.crop = {any(1, g.resized.width), any(1, g.resized.height)};
    g.crop_x = any(0, g.resized.width - g.crop.width);
    g.crop_y = any(0, g.resized.height - g.crop.height);
    const Kernel kernel = test::k_kernels[any(0, 6)];
    const auto grid = static_cast<ChromaGrid>(any(0, 2));
    SCOPED_TRACE("round " + std::to_string(round) + ": " + std::to_string(size.width) + "x" +
                 std::to_string(size.height) + " to " + std::to_string(g.resized.width) + "x" +
                 std::to_string(g.resized.height) + " kernel " + std::to_string(static_cast<int>(kernel)));
    expect_reference(in, orientation, g, kernel, grid);
    if (HasFailure()) return;
  }
}

TEST(Resize, KeepsConstantPicturesConstant) {
  for (const int value : {0, 1, 77, 128, 254, 255}) {
    for (const Kernel kernel : test::k_kernels) {
      SCOPED_TRACE(std::to_string(value) + " kernel " + std::to_string(static_cast<int>(kernel)));
      for (const Size out : {Size{17, 9}, Size{150, 140}, Size{1, 1}, Size{61, 47}}) {
        for (const int bytes : {1, 2}) {
          const int stored = bytes == 1 ? value : value * 257;
          const Picture in = grey_picture(make_plane(61, 47, bytes, [=](int, int) { return stored; }));
          const Picture result = resize(in, orientation_from_exif(6), whole(out), kernel, ChromaGrid::full);
          for (int y = 0; y < out.height; ++y) {
            for (int x = 0; x < out.width; ++x) {
              // Between the passes 16-bit samples have 15 bits.
              ASSERT_NEAR(sample(result.planes[0], x, y), stored, bytes - 1);
            }
          }
        }
      }
    }
  }
}

TEST(Resize, KeepsBlackAndWhiteOfSixteenBits) {
  for (const int value : {0, 65535}) {
    const Picture in = grey_picture(make_plane(50, 50, 2, [=](int, int) { return value; }));
    const Picture out = resize(in, {}, whole({20, 11}), Kernel::lanczos3, ChromaGrid::full);
    for (int x = 0; x < 20; ++x) EXPECT_EQ(sample(out.planes[0], x, 5), value);
  }
}

TEST(Resize, CopiesWhereNothingIsScaled) {
  std::mt19937 random(2);
  for (const int bytes : {1, 2}) {
    const Picture in = noise_picture(random, 75, 41, bytes);
    for (int exif = 1; exif <= 8; ++exif) {
      const Orientation orientation = orientation_from_exif(exif);
      const Plane wanted = oriented(in.planes[0], orientation);
      for (const Kernel kernel : test::k_kernels) {
        SCOPED_TRACE("orientation " + std::to_string(exif) + " kernel " + std::to_string(static_cast<int>(kernel)));
        Geometry g = whole({wanted.width, wanted.height});
        g.crop = {wanted.width - 5, wanted.height - 7};
        g.crop_x = 2;
        g.crop_y = 3;
        const Picture out = resize(in, orientation, g, kernel, ChromaGrid::full);
        for (int y = 0; y < g.crop.height; ++y) {
          for (int x = 0; x < g.crop.width; ++x) {
            ASSERT_EQ(sample(out.planes[0], x, y), sample(wanted, x + 2, y + 3)) << x << ',' << y;
          }
        }
      }
    }
  }
}

TEST(Resize, CopiesTheAxisThatIsNotScaled) {
  // Columns alternate: any filter along rows would mix them.
  const Picture in = grey_picture(make_plane(40, 90, 1, [](int x, int) { return x % 2 * 255; }));
  for (const Kernel kernel : test::k_kernels) {
    const Picture out = resize(in, {}, whole({40, 30}), kernel, ChromaGrid::full);
    for (int x = 0; x < 40; ++x) EXPECT_EQ(sample(out.planes[0], x, 15), x % 2 * 255);
  }
}

TEST(Resize, TurningFirstGivesTheSamePicture) {
  std::mt19937 random(3);
  for (int exif = 1; exif <= 8; ++exif) {
    SCOPED_TRACE("orientation " + std::to_string(exif));
    const Orientation orientation = orientation_from_exif(exif);
    const Picture in = ycbcr_noise(random, {126, 94}, 1, 2, 2);
    Picture first;
    first.model = in.model;
    first.width = orientation.transpose ? in.height : in.width;
    first.height = orientation.transpose ? in.width : in.height;
    for (const Plane& plane : in.planes) first.planes.push_back(oriented(plane, orientation));
    Geometry g = whole({43, 37});
    g.crop = {30, 31};
    g.crop_x = 5;
    const Picture turned = resize(in, orientation, g, Kernel::lanczos3, ChromaGrid::half_xy);
    const Picture wanted = resize(first, {}, g, Kernel::lanczos3, ChromaGrid::half_xy);
    for (std::size_t i = 0; i < 3; ++i) {
      for (int y = 0; y < wanted.planes[i].height; ++y) {
        for (int x = 0; x < wanted.planes[i].width; ++x) {
          // Transposed, the passes run in the other order, and what is between them is rounded elsewhere.
          ASSERT_NEAR(sample(turned.planes[i], x, y), sample(wanted.planes[i], x, y), orientation.transpose ? 1 : 0);
        }
      }
    }
  }
}

TEST(Resize, IgnoresSamplesBeyondThePicture) {
  // 21×13 pixels in planes padded as a decoder pads them: the padding is white, the picture black.
  Picture in;
  in.width = 21;
  in.height = 13;
  in.model = ColourModel::ycbcr;
  in.planes.push_back(make_plane(32, 16, 1, [](int x, int y) { return x < 21 && y < 13 ? 0 : 255; }));
  for (int i = 0; i < 2; ++i) {
    in.planes.push_back(make_plane(
        16, 8, 1, [](int x, int y) { return x < 11 && y < 7 ? 0 : 255; }, 2, 2));
  }
  for (int exif = 1; exif <= 8; ++exif) {
    for (const ChromaGrid grid : {ChromaGrid::full, ChromaGrid::half_x, ChromaGrid::half_xy}) {
      const Picture out = resize(in, orientation_from_exif(exif), whole({11, 9}), Kernel::lanczos3, grid);
      for (const Plane& plane : out.planes) {
        for (int y = 0; y < plane.height; ++y) {
          for (int x = 0; x < plane.width; ++x) ASSERT_EQ(sample(plane, x, y), 0) << "orientation " << exif;
        }
      }
    }
  }
}

TEST(Resize, HoldsPicturesOfExtremeShape) {
  std::mt19937 random(4);
  const struct {
    Size in, out;
  } cases[] = {{{65500, 1}, {20, 1}}, {{1, 65500}, {1, 20}}, {{65500, 1}, {1, 1}},  {{1, 65500}, {1, 1}},
               {{1, 10000}, {1, 10}}, {{2, 1}, {9000, 1}},   {{9000, 2}, {300, 3}}, {{1, 1}, {1, 1}}};
  for (const auto& c : cases) {
    SCOPED_TRACE(std::to_string(c.in.width) + "x" + std::to_string(c.in.height));
    for (const int bytes : {1, 2}) {
      const Picture in = noise_picture(random, c.in.width, c.in.height, bytes);
      for (const Kernel kernel : {Kernel::box, Kernel::lanczos3}) {
        expect_reference(in, {}, whole(c.out), kernel, ChromaGrid::full);
      }
    }
  }
}

TEST(Resize, CarriesModelAndAlphaAlong) {
  std::mt19937 random(5);
  Picture in = noise_picture(random, 20, 20, 2);
  in.alpha = in.premultiplied = true;
  in.planes.push_back(noise_plane(random, 20, 20, 2));
  const Picture out = resize(in, {}, whole({7, 7}), Kernel::cubic, ChromaGrid::half_xy);
  EXPECT_EQ(out.model, ColourModel::grey);
  EXPECT_TRUE(out.alpha);
  EXPECT_TRUE(out.premultiplied);
  ASSERT_EQ(out.planes.size(), 2U);
  EXPECT_EQ(out.planes[1].width, 7);
}

}  // namespace
}  // namespace thumbs::image
