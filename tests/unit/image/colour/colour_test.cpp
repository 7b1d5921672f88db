// Colour, alpha and padding, pixel by pixel against exact arithmetic.
#include "image/colour/colour.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "unit/image/resize/resize_support.h"

namespace thumbs::image {
namespace {

using test::make_plane;
using test::sample;

/// A picture of one row for each plane.
Picture row_picture(ColourModel model, int bytes, const std::vector<std::vector<int>>& rows, bool alpha = false) {
  Picture picture;
  picture.width = static_cast<int>(rows.front().size());
  picture.height = 1;
  picture.model = model;
  picture.alpha = alpha;
  for (const auto& row : rows) {
    picture.planes.push_back(
        make_plane(picture.width, 1, bytes, [&](int x, int) { return row[static_cast<std::size_t>(x)]; }));
  }
  return picture;
}

std::vector<int> pixel(const Picture& picture, int x, int y = 0) {
  std::vector<int> samples;
  for (const Plane& plane : picture.planes) samples.push_back(sample(plane, x, y));
  return samples;
}

int clamped(double v) { return static_cast<int>(std::lround(std::min(255.0, std::max(0.0, v)))); }

TEST(Colour, YcbcrFollowsJfif) {
  for (int cb = 0; cb < 256; cb += 15) {
    for (int cr = 0; cr < 256; cr += 5) {
      std::vector<std::vector<int>> rows(3);
      for (int y = 0; y < 256; ++y) {
        rows[0].push_back(y);
        rows[1].push_back(cb);
        rows[2].push_back(cr);
      }
      const Picture rgb = to_rgb(row_picture(ColourModel::ycbcr, 1, rows));
      ASSERT_EQ(rgb.model, ColourModel::rgb);
      for (int y = 0; y < 256; ++y) {
        const std::vector<int> got = pixel(rgb, y);
        ASSERT_EQ(got[0], clamped(y + 1.402 * (cr - 128)));
        ASSERT_EQ(got[1], clamped(y - 0.344136286 * (cb - 128) - 0.714136286 * (cr - 128)));
        ASSERT_EQ(got[2], clamped(y + 1.772 * (cb - 128)));
      }
    }
  }
}

TEST(Colour, GreyAndRgbPassThrough) {
  EXPECT_EQ(pixel(to_rgb(row_picture(ColourModel::grey, 1, {{7}})), 0), std::vector<int>{7});
  EXPECT_EQ(pixel(to_rgb(row_picture(ColourModel::rgb, 1, {{7}, {8}, {9}})), 0), (std::vector<int>{7, 8, 9}));
}

TEST(Colour, PremultiplyingRoundsExactly) {
  for (int alpha = 0; alpha < 256; alpha += 3) {
    for (int c = 0; c < 256; ++c) {
      Picture picture = row_picture(ColourModel::grey, 1, {{c}, {alpha}}, true);
      premultiply(picture);
      ASSERT_TRUE(picture.premultiplied);
      ASSERT_EQ(pixel(picture, 0),
                (std::vector<int>{static_cast<int>(std::lround(c * 257.0 * alpha / 255)), alpha * 257}));
    }
  }
  for (const int alpha : {0, 1, 255, 32767, 32768, 65534, 65535}) {
    for (const int c : {0, 1, 2, 9999, 32768, 65534, 65535}) {
      Picture picture = row_picture(ColourModel::grey, 2, {{c}, {alpha}}, true);
      premultiply(picture);
      ASSERT_EQ(pixel(picture, 0), (std::vector<int>{static_cast<int>(std::lround(1.0 * c * alpha / 65535)), alpha}));
    }
  }
}

TEST(Colour, PremultiplyingThereAndBackIsTheSamePicture) {
  for (int alpha = 0; alpha < 256; ++alpha) {
    for (int c = 0; c < 256; ++c) {
      Picture picture = row_picture(ColourModel::rgb, 1, {{c}, {255 - c}, {c / 3}, {alpha}}, true);
      premultiply(picture);
      const Picture back = unpremultiply(picture);
      const auto wanted = alpha == 0 ? std::vector<int>{0, 0, 0, 0} : std::vector<int>{c, 255 - c, c / 3, alpha};
      ASSERT_EQ(pixel(back, 0), wanted) << "alpha " << alpha;
      ASSERT_FALSE(back.premultiplied);
      ASSERT_TRUE(back.alpha);
    }
  }
}

TEST(Colour, UnpremultiplyingHoldsOvershootAndNearlyNothing) {
  Picture picture = row_picture(ColourModel::grey, 2, {{30000, 100, 1, 65535}, {20000, 128, 129, 65535}}, true);
  picture.premultiplied = true;
  const Picture out = unpremultiply(picture);
  EXPECT_EQ(pixel(out, 0), (std::vector<int>{255, 78}));  // colour above alpha, as a sharp filter leaves it
  EXPECT_EQ(pixel(out, 1), (std::vector<int>{0, 0}));     // alpha rounds to nothing, so does the colour
  EXPECT_EQ(pixel(out, 2), (std::vector<int>{2, 1}));
  EXPECT_EQ(pixel(out, 3), (std::vector<int>{255, 255}));
}

TEST(Colour, FlatteningLaysOverTheBackground) {
  const Colour background{200, 100, 0, 255};
  for (int alpha = 0; alpha < 256; alpha += 5) {
    for (int c = 0; c < 256; c += 5) {
      Picture picture = row_picture(ColourModel::rgb, 1, {{c}, {c}, {c}, {alpha}}, true);
      premultiply(picture);
      const Picture flat = flatten(picture, background);
      ASSERT_FALSE(flat.alpha);
      const double a = alpha / 255.0;
      ASSERT_EQ(flat.planes.size(), 3U);
      ASSERT_NEAR(pixel(flat, 0)[0], c * a + 200 * (1 - a), 0.51);
      ASSERT_NEAR(pixel(flat, 0)[1], c * a + 100 * (1 - a), 0.51);
      ASSERT_NEAR(pixel(flat, 0)[2], c * a, 0.51);
    }
  }
}

TEST(Colour, GreyStaysGreyOverGreyAlone) {
  Picture picture = row_picture(ColourModel::grey, 1, {{100}, {0}}, true);
  premultiply(picture);
  const Picture grey = flatten(picture, {9, 9, 9, 255});
  EXPECT_EQ(grey.model, ColourModel::grey);
  EXPECT_EQ(pixel(grey, 0), std::vector<int>{9});
  const Picture rgb = flatten(picture, {9, 8, 7, 255});
  EXPECT_EQ(rgb.model, ColourModel::rgb);
  EXPECT_EQ(pixel(rgb, 0), (std::vector<int>{9, 8, 7}));
}

TEST(Colour, SixteenBitsAreRounded) {
  for (int v = 0; v < 65536; ++v) {
    const Picture out = to_8_bit(row_picture(ColourModel::grey, 2, {{v}}));
    ASSERT_EQ(sample(out.planes[0], 0, 0), clamped(v / 257.0)) << v;
  }
  EXPECT_EQ(pixel(to_8_bit(row_picture(ColourModel::grey, 1, {{77}})), 0), std::vector<int>{77});
}

Geometry padding() {
  Geometry g;
  g.resized = g.crop = {2, 1};
  g.canvas = {4, 3};
  g.pad_x = 1;
  g.pad_y = 2;
  return g;
}

TEST(Colour, PaddingSurroundsThePicture) {
  const struct {
    const char* name;
    ColourModel model;
    bool alpha;
    Colour background;
    bool alpha_out;
    std::vector<int> inside, outside;
  } cases[] = {
      {"grey on grey", ColourModel::grey, false, {5, 5, 5, 255}, false, {50}, {5}},
      {"grey on red", ColourModel::grey, false, {5, 0, 0, 255}, false, {50, 50, 50}, {5, 0, 0}},
      {"grey on nothing", ColourModel::grey, false, {0, 0, 0, 0}, true, {50, 255}, {0, 0}},
      {"grey with alpha on red", ColourModel::grey, true, {5, 0, 0, 9}, true, {50, 50, 50, 51}, {5, 0, 0, 9}},
      {"rgb on white", ColourModel::rgb, false, {255, 255, 255, 255}, false, {50, 51, 52}, {255, 255, 255}},
      {"rgb with alpha", ColourModel::rgb, true, {1, 2, 3, 4}, true, {50, 51, 52, 53}, {1, 2, 3, 4}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::vector<int>> rows;
    const int planes = colour_planes(c.model) + (c.alpha ? 1 : 0);
    for (int i = 0; i < planes; ++i) rows.push_back({50 + i, 50 + i});
    const Picture out = pad(row_picture(c.model, 1, rows, c.alpha), padding(), c.background, c.alpha_out);
    EXPECT_EQ(out.width, 4);
    EXPECT_EQ(out.height, 3);
    EXPECT_EQ(out.alpha, c.alpha_out);
    for (int y = 0; y < 3; ++y) {
      for (int x = 0; x < 4; ++x) {
        EXPECT_EQ(pixel(out, x, y), y == 2 && (x == 1 || x == 2) ? c.inside : c.outside) << x << ',' << y;
      }
    }
  }
}

}  // namespace
}  // namespace thumbs::image
