// Borders of pictures whose content is known.
#include "image/trim.h"

#include <gtest/gtest.h>

#include <string>

#include "image/colour/colour.h"
#include "support/pictures.h"

namespace thumbs::image {
namespace {

struct Rgba {
  double r, g, b, a = 255;
  double channel(int c) const { return c == 0 ? r : c == 1 ? g : c == 2 ? b : a; }
};

constexpr Rgba k_white{255, 255, 255}, k_black{0, 0, 0}, k_red{200, 20, 30};
constexpr Size k_size{60, 40};
constexpr Region k_box{11, 7, {30, 20}};

test::Pattern boxed(Rgba border, Rgba content, Region box = k_box) {
  return [=](int c, double x, double y) {
    const bool within = x >= box.x && x < box.x + box.size.width && y >= box.y && y < box.y + box.size.height;
    return (within ? content : border).channel(c);
  };
}

Header header_of(const Picture& picture) {
  Header header;
  header.width = picture.width;
  header.height = picture.height;
  header.model = picture.model;
  header.alpha = picture.alpha;
  header.bits = picture.bytes_per_sample() * 8;
  return header;
}

Region content_of(Picture picture, double threshold = 10) {
  if (picture.alpha) premultiply(picture);
  const Header header = header_of(picture);
  return BorderSearch(std::move(picture), header).content(threshold);
}

Region content_of(const test::Pattern& pattern, Size size = k_size, double threshold = 10, bool alpha = false) {
  return content_of(test::make_picture(ColourModel::rgb, size.width, size.height, pattern, alpha), threshold);
}

constexpr Region whole(Size size) { return {0, 0, size}; }

TEST(Trim, CutsBordersOfOneColour) {
  EXPECT_EQ(content_of(boxed(k_white, k_red)), k_box);
  EXPECT_EQ(content_of(boxed(k_red, k_white)), k_box);
  EXPECT_EQ(content_of(boxed({255, 255, 255}, {200, 200, 200})), k_box);
  EXPECT_EQ(content_of(test::make_picture(ColourModel::grey, 60, 40, boxed(k_white, k_black))), k_box);
  const Region even{10, 8, {30, 20}};
  for (const int pitch : {1, 2}) {
    const auto ycbcr = [&](int c, double x, double y) { return boxed({235, 128, 128}, {90, 60, 200}, even)(c, x, y); };
    EXPECT_EQ(content_of(test::make_picture(ColourModel::ycbcr, 60, 40, ycbcr, false, pitch, pitch)), even) << pitch;
  }
}

TEST(Trim, OneDifferentPixelIsContent) {
  for (const Region dot : {Region{0, 0, {1, 1}}, Region{59, 39, {1, 1}}, Region{59, 0, {1, 1}}, Region{0, 39, {1, 1}},
                           Region{31, 17, {1, 1}}, Region{0, 20, {60, 1}}, Region{20, 0, {1, 40}}})
    EXPECT_EQ(content_of(boxed(k_white, k_red, dot)), dot);
}

TEST(Trim, TwoPartsAreKeptWithWhatIsBetween) {
  const auto pattern = [](int c, double x, double y) {
    const bool upper = x >= 40 && x < 44 && y >= 5 && y < 9, lower = x >= 8 && x < 12 && y >= 30 && y < 33;
    return (upper || lower ? k_red : k_white).channel(c);
  };
  EXPECT_EQ(content_of(pattern), (Region{8, 5, {36, 28}}));
}

TEST(Trim, APictureOfOneColourIsLeftAlone) {
  for (const Size size : {k_size, Size{1, 1}, Size{1, 300}, Size{300, 1}, Size{2, 2}})
    for (const Rgba colour : {k_white, k_red, Rgba{0, 0, 0, 0}, Rgba{9, 200, 3, 7}})
      EXPECT_EQ(content_of(boxed(colour, colour), size, 10, true), whole(size)) << size.width << "×" << size.height;
}

TEST(Trim, TheCornersThatAgreeNameTheColour) {
  const auto but_corner = [](double cx, double cy) {
    return [=](int c, double x, double y) {
      const bool corner = (cx < 30 ? x < 4 : x >= 56) && (cy < 20 ? y < 4 : y >= 36);
      return corner ? k_black.channel(c) : boxed(k_white, k_red)(c, x, y);
    };
  };
  EXPECT_EQ(content_of(but_corner(0, 0)), (Region{0, 0, {41, 27}}));
  EXPECT_EQ(content_of(but_corner(59, 0)), (Region{11, 0, {49, 27}}));
  EXPECT_EQ(content_of(but_corner(0, 39)), (Region{0, 7, {41, 33}}));
  EXPECT_EQ(content_of(but_corner(59, 39)), (Region{11, 7, {49, 33}}));
  // Two bands of two colours: the upper corners come first.
  const auto bands = [](int c, double, double y) { return (y < 10 ? k_white : y < 30 ? k_red : k_black).channel(c); };
  EXPECT_EQ(content_of(bands), (Region{0, 10, {60, 30}}));
  // Four colours: no line is of one.
  const auto corners = [](int c, double x, double y) { return x * 2 + (y < 20 ? 0.0 : 60.0) * c; };
  EXPECT_EQ(content_of(corners), whole(k_size));
}

TEST(Trim, TheThresholdIsCie76) {
  // Distances from white, from CIE's definition: of #e3e3e3 9.76, of #e2e2e2 10.12, of #ffffe6 12.68.
  EXPECT_EQ(content_of(boxed(k_white, {0xe3, 0xe3, 0xe3}), k_size, 10), whole(k_size));
  EXPECT_EQ(content_of(boxed(k_white, {0xe2, 0xe2, 0xe2}), k_size, 10), k_box);
  EXPECT_EQ(content_of(boxed(k_white, {0xff, 0xff, 0xe6}), k_size, 12.6), k_box);
  EXPECT_EQ(content_of(boxed(k_white, {0xff, 0xff, 0xe6}), k_size, 12.7), whole(k_size));
  EXPECT_EQ(content_of(boxed(k_white, {254, 255, 255}), k_size, 0), k_box);
  EXPECT_EQ(content_of(boxed(k_white, k_black), k_size, 99.9), k_box);
}

TEST(Trim, NoiseBelowTheThresholdIsBorder) {
  const auto noisy = [](int c, double x, double y) {
    const double grain = test::texture(3)(c, x, y) / 255 * 8 - 4;
    return boxed({240, 240, 240}, k_red)(c, x, y) + grain;
  };
  EXPECT_EQ(content_of(noisy), k_box);
  EXPECT_EQ(content_of(noisy, k_size, 0.5), whole(k_size));
}

TEST(Trim, TransparentPixelsAreAlikeWhateverTheirColour) {
  const auto pattern = [](int c, double x, double y) {
    const bool within = x >= 11 && x < 41 && y >= 7 && y < 27;
    return c == 3 ? (within ? 255.0 : 0.0) : test::texture(5)(c, x, y);
  };
  EXPECT_EQ(content_of(pattern, k_size, 10, true), k_box);
  // Black, white and half clear on what is clear: all are content. Below the threshold, in percent, nothing is.
  for (const Rgba content : {k_black, k_white, Rgba{0, 0, 0, 128}, Rgba{0, 0, 0, 27}})
    EXPECT_EQ(content_of(boxed({0, 0, 0, 0}, content), k_size, 10, true), k_box) << content.r << " " << content.a;
  EXPECT_EQ(content_of(boxed({0, 0, 0, 0}, {0, 0, 0, 25}), k_size, 10, true), whole(k_size));
  EXPECT_EQ(content_of(boxed(k_white, k_red), k_size, 10, true), k_box);
}

TEST(Trim, ShrunkSamplesCoverTheirPixels) {
  Picture quarter = test::make_picture(ColourModel::grey, 16, 11, [](int, double x, double y) {
    return x >= 4 && x < 9 && y >= 2 && y < 10 ? 0.0 : 255.0;
  });
  quarter.planes[0].pitch_x = quarter.planes[0].pitch_y = 4;
  Header header = header_of(quarter);
  quarter.width = header.width = 61;  // the last column covers one pixel
  quarter.height = header.height = 41;
  EXPECT_EQ(BorderSearch(std::move(quarter), header).content(10), (Region{16, 8, {20, 32}}));
}

TEST(Trim, InksAreComparedAsColours) {
  // 255 is no ink. Paper around a patch of full cyan.
  const auto pattern = [](int c, double x, double y) {
    const bool within = x >= 11 && x < 41 && y >= 7 && y < 27;
    return within && c == 0 ? 0.0 : 255.0;
  };
  EXPECT_EQ(content_of(test::make_picture(ColourModel::cmyk, 60, 40, pattern)), k_box);
}

TEST(Trim, AMarginIsOfTheShorterSideAndEndsWhereThePictureDoes) {
  const struct {
    Region content;
    double margin;
    Region kept;
  } cases[] = {
      {{30, 30, {20, 40}}, 0, {30, 30, {20, 40}}},    {{30, 30, {20, 40}}, 10, {28, 28, {24, 44}}},
      {{30, 30, {20, 40}}, 12.4, {28, 28, {24, 44}}}, {{30, 30, {20, 40}}, 12.5, {27, 27, {26, 46}}},
      {{1, 30, {20, 40}}, 10, {0, 28, {23, 44}}},     {{30, 30, {70, 70}}, 50, {0, 0, {100, 100}}},
      {{30, 30, {70, 70}}, 10, {23, 23, {77, 77}}},   {{0, 0, {100, 100}}, 100, {0, 0, {100, 100}}},
  };
  for (const auto& c : cases) EXPECT_EQ(with_margin(c.content, {100, 100}, {.margin = c.margin}), c.kept) << c.margin;
}

}  // namespace
}  // namespace thumbs::image
