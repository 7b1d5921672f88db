// Crops by content go to busy, colourful and skin-coloured areas, in every orientation; ties go to the middle.
#include "image/crop_choice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "image/colour/colour.h"
#include "support/pictures.h"
#include "unit/image/resize/resize_support.h"

namespace thumbs::image {
namespace {

using test::Pattern;

Geometry cover(Size resized, Size crop) {
  Geometry g;
  g.resized = resized;
  g.crop = g.canvas = crop;
  g.crop_x = (resized.width - crop.width) / 2;
  g.crop_y = (resized.height - crop.height) / 2;
  return g;
}

/// Grey 120 but for a square of 60 at (x, y), in rgb.
Pattern spot(double x0, double y0, const Pattern& inside) {
  return [=](int c, double x, double y) {
    const bool in = x >= x0 && x < x0 + 60 && y >= y0 && y < y0 + 60;
    return in ? inside(c, x, y) : 120.0;
  };
}

Pattern flat(double r, double g, double b) {
  return [=](int c, double, double) { return c == 0 ? r : c == 1 ? g : b; };
}

TEST(CropChoice, TheCropHoldsWhatStandsOut) {
  const struct {
    const char* name;
    Position position;
    Pattern inside;
  } cases[] = {
      {"entropy, texture", Position::entropy, test::texture()},
      {"attention, texture", Position::attention, test::texture()},
      {"attention, edges", Position::attention, test::checkerboard(6)},
      {"attention, saturation", Position::attention, flat(40, 80, 250)},
      {"attention, skin", Position::attention, flat(224, 172, 140)},
  };
  for (const auto& c : cases) {
    for (const double at : {0.0, 70.0, 230.0, 340.0}) {
      SCOPED_TRACE(std::string(c.name) + " at " + std::to_string(at));
      const Picture wide = test::make_picture(ColourModel::rgb, 400, 100, spot(at, 20, c.inside));
      const Geometry across = with_crop_chosen(wide, {}, cover({400, 100}, {100, 100}), c.position, nullptr);
      EXPECT_LE(across.crop_x, at + 2);
      EXPECT_GE(across.crop_x + 100, at + 58);
      EXPECT_EQ(across.crop_y, 0);
      const Picture tall = test::make_picture(ColourModel::rgb, 100, 400, spot(20, at, c.inside));
      const Geometry down = with_crop_chosen(tall, {}, cover({50, 200}, {50, 50}), c.position, nullptr);
      EXPECT_LE(down.crop_y, at / 2 + 2);
      EXPECT_GE(down.crop_y + 50, at / 2 + 28);
      EXPECT_EQ(down.crop_x, 0);
    }
  }
}

TEST(CropChoice, SkinComesBeforeOtherColours) {
  const auto pattern = [](int c, double x, double) {
    const double skin[] = {224, 172, 140}, sky[] = {120, 150, 190};
    return x < 60 ? skin[c] : sky[c];
  };
  const Picture picture = test::make_picture(ColourModel::rgb, 400, 100, pattern);
  EXPECT_LT(with_crop_chosen(picture, {}, cover({400, 100}, {100, 100}), Position::attention, nullptr).crop_x, 40);
}

TEST(CropChoice, TiesGoToTheMiddle) {
  for (const Position position : {Position::entropy, Position::attention}) {
    for (const Size size : {Size{301, 100}, Size{300, 100}, Size{37, 20}, Size{21, 20}}) {
      SCOPED_TRACE(std::to_string(size.width) + " position " + std::to_string(static_cast<int>(position)));
      const Picture flat_one = test::make_picture(ColourModel::grey, size.width, size.height, test::constant(90));
      const Geometry g = cover(size, {size.height, size.height});
      EXPECT_EQ(with_crop_chosen(flat_one, {}, g, position, nullptr).crop_x, g.crop_x);
    }
  }
}

TEST(CropChoice, OtherPositionsAndNoSlackChangeNothing) {
  const Picture picture = test::make_picture(ColourModel::rgb, 200, 100, spot(0, 0, test::texture()));
  const Geometry g = cover({200, 100}, {100, 100});
  EXPECT_EQ(with_crop_chosen(picture, {}, g, Position::left, nullptr).crop_x, g.crop_x);
  EXPECT_EQ(with_crop_chosen(picture, {}, cover({80, 40}, {80, 40}), Position::entropy, nullptr).crop_x, 0);
}

TEST(CropChoice, OrientationTurnsTheChoiceAlong) {
  // Busy at the left of the stored picture.
  const Picture wide = test::make_picture(ColourModel::ycbcr, 300, 100, spot(0, 20, test::texture()), false, 2, 2);
  const std::map<int, bool> at_start = {{1, true}, {2, false}, {3, false}, {4, true},
                                        {5, true}, {6, true},  {7, false}, {8, false}};
  for (const auto& [exif, start] : at_start) {
    for (const Position position : {Position::entropy, Position::attention}) {
      SCOPED_TRACE("orientation " + std::to_string(exif));
      const Orientation o = orientation_from_exif(exif);
      const Geometry g = o.transpose ? cover({100, 300}, {100, 100}) : cover({300, 100}, {100, 100});
      const Geometry chosen = with_crop_chosen(wide, o, g, position, nullptr);
      const int offset = o.transpose ? chosen.crop_y : chosen.crop_x;
      EXPECT_TRUE(start ? offset <= 12 : offset >= 188) << offset;
    }
  }
}

TEST(CropChoice, ClearPixelsDoNotCount) {
  // Noise everywhere, but only the right end can be seen.
  Picture picture = test::make_picture(
      ColourModel::rgb, 300, 100,
      [](int c, double x, double y) { return c == 3 ? (x < 200 ? 0.0 : 255.0) : test::texture()(c, x, y); }, true);
  premultiply(picture);
  for (const Position position : {Position::entropy, Position::attention})
    EXPECT_GE(with_crop_chosen(picture, {}, cover({300, 100}, {100, 100}), position, nullptr).crop_x, 150);
}

TEST(CropChoice, EntropyIsShannonsOverEveryWindow) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  // At most 128 pixels wide: the small copy is the picture itself.
  const Picture picture = test::grey_picture(test::make_plane(
      97, 5, 1, [&](int x, int) { return static_cast<int>(random() % static_cast<unsigned>(1 + 40 * (x / 20))); }));
  const auto entropy = [&](int place) {
    std::map<int, int> counts;
    for (int y = 0; y < 5; ++y)
      for (int x = place; x < place + 20; ++x) ++counts[test::sample(picture.planes[0], x, y)];
    double sum = 0;
    for (const auto& [value, n] : counts) sum -= n / 100.0 * std::log2(n / 100.0);
    return sum;
  };
  double best = 0;
  for (int place = 0; place + 20 <= 97; ++place) best = std::max(best, entropy(place));
  const Geometry chosen = with_crop_chosen(picture, {}, cover({97, 5}, {20, 5}), Position::entropy, nullptr);
  EXPECT_NEAR(entropy(chosen.crop_x), best, 0.001);
}

}  // namespace
}  // namespace thumbs::image
