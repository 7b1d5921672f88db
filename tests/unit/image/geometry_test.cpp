// Sizes, as a table and as properties.
#include "image/geometry.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

namespace thumbs::image {
namespace {

Variant box(std::optional<int> width, std::optional<int> height, Fit fit, bool without_enlargement = true) {
  Variant v;
  v.width = width;
  v.height = height;
  v.fit = fit;
  v.without_enlargement = without_enlargement;
  return v;
}

TEST(Geometry, GivesTheDocumentedSizes) {
  constexpr std::nullopt_t none = std::nullopt;
  const struct {
    const char* name;
    Size in;
    Variant settings;
    Size resized, crop, canvas;
  } cases[] = {
      {"the tall example", {3279, 6016}, box(1800, 1200, Fit::inside), {654, 1200}, {654, 1200}, {654, 1200}},
      {"the wide example", {1500, 735}, box(300, none, Fit::inside), {300, 147}, {300, 147}, {300, 147}},
      {"half rounds up", {1000, 333}, box(500, none, Fit::inside), {500, 167}, {500, 167}, {500, 167}},
      {"just below half rounds down", {1001, 333}, box(500, none, Fit::inside), {500, 166}, {500, 166}, {500, 166}},
      {"height alone", {1500, 735}, box(none, 147, Fit::inside), {300, 147}, {300, 147}, {300, 147}},
      {"never below one", {10000, 1}, box(100, 100, Fit::inside), {100, 1}, {100, 1}, {100, 1}},
      {"inside does not enlarge", {30, 20}, box(300, 300, Fit::inside), {30, 20}, {30, 20}, {30, 20}},
      {"inside enlarges when told", {30, 20}, box(300, 300, Fit::inside, false), {300, 200}, {300, 200}, {300, 200}},
      {"outside covers the box", {400, 200}, box(100, 100, Fit::outside), {200, 100}, {200, 100}, {200, 100}},
      {"outside does not enlarge", {40, 200}, box(100, 100, Fit::outside), {40, 200}, {40, 200}, {40, 200}},
      {"cover crops to the box", {400, 200}, box(100, 100, Fit::cover), {200, 100}, {100, 100}, {100, 100}},
      {"cover of a picture lower than the box", {400, 50}, box(100, 100, Fit::cover), {400, 50}, {100, 50}, {100, 50}},
      {"cover of a smaller picture", {40, 50}, box(100, 100, Fit::cover), {40, 50}, {40, 50}, {40, 50}},
      {"cover enlarges when told", {40, 50}, box(100, 100, Fit::cover, false), {100, 125}, {100, 100}, {100, 100}},
      {"cover by one side", {400, 200}, box(100, none, Fit::cover), {100, 50}, {100, 50}, {100, 50}},
      {"contain gives the box", {400, 200}, box(100, 100, Fit::contain), {100, 50}, {100, 50}, {100, 100}},
      {"contain does not enlarge", {40, 20}, box(100, 90, Fit::contain), {40, 20}, {40, 20}, {100, 90}},
      {"contain enlarges when told", {40, 20}, box(100, 90, Fit::contain, false), {100, 50}, {100, 50}, {100, 90}},
      {"contain by one side", {40, 20}, box(100, none, Fit::contain), {40, 20}, {40, 20}, {100, 20}},
      {"fill takes each side", {400, 200}, box(100, 90, Fit::fill), {100, 90}, {100, 90}, {100, 90}},
      {"fill enlarges no axis", {400, 20}, box(100, 90, Fit::fill), {100, 20}, {100, 20}, {100, 20}},
      {"fill enlarges when told", {400, 20}, box(100, 90, Fit::fill, false), {100, 90}, {100, 90}, {100, 90}},
      {"fill leaves the side not given", {400, 200}, box(100, none, Fit::fill), {100, 200}, {100, 200}, {100, 200}},
      {"the box is the picture", {640, 480}, box(640, 480, Fit::cover), {640, 480}, {640, 480}, {640, 480}},
      {"more than an int holds",
       {1, 2000000000},
       box(60000, none, Fit::outside, false),
       {60000, std::numeric_limits<int>::max()},
       {60000, std::numeric_limits<int>::max()},
       {60000, std::numeric_limits<int>::max()}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Geometry g = fit_geometry(c.in, c.settings);
    EXPECT_EQ(g.resized.width, c.resized.width);
    EXPECT_EQ(g.resized.height, c.resized.height);
    EXPECT_EQ(g.crop.width, c.crop.width);
    EXPECT_EQ(g.crop.height, c.crop.height);
    EXPECT_EQ(g.canvas.width, c.canvas.width);
    EXPECT_EQ(g.canvas.height, c.canvas.height);
  }
}

TEST(Geometry, PositionMovesCropAndPadding) {
  const struct {
    Position position;
    int across, down;  ///< 0, 1, 2: none, half, all of the slack before the picture
  } cases[] = {
      {Position::center, 1, 1},    {Position::top, 1, 0},         {Position::bottom, 1, 2},
      {Position::left, 0, 1},      {Position::right, 2, 1},       {Position::top_left, 0, 0},
      {Position::top_right, 2, 0}, {Position::bottom_left, 0, 2}, {Position::bottom_right, 2, 2},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE("position " + std::to_string(static_cast<int>(c.position)));
    const auto part = [](int slack, int where) { return where == 0 ? 0 : where == 1 ? slack / 2 : slack; };
    for (const Size in : {Size{403, 200}, Size{200, 403}}) {
      Variant v = box(100, 100, Fit::cover);
      v.position = c.position;
      Geometry g = fit_geometry(in, v);
      EXPECT_EQ(g.crop_x, part(g.resized.width - 100, c.across));
      EXPECT_EQ(g.crop_y, part(g.resized.height - 100, c.down));
      EXPECT_EQ(g.pad_x, 0);
      v.fit = Fit::contain;
      g = fit_geometry(in, v);
      EXPECT_EQ(g.pad_x, part(100 - g.crop.width, c.across));
      EXPECT_EQ(g.pad_y, part(100 - g.crop.height, c.down));
      EXPECT_EQ(g.crop_x, 0);
    }
  }
}

TEST(Geometry, AFocusIsTheMiddleOfTheCropAsFarAsThePictureReaches) {
  const struct {
    double percent;
    int begin;  ///< of 100 pixels out of 200 (or 201)
  } cases[] = {{0, 0},   {24.9, 0},  {25, 0},     {25.5, 1}, {30, 10},    {49.75, 49},
               {50, 50}, {74.5, 99}, {74.99, 99}, {75, 100}, {75.1, 100}, {100, 100}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.percent);
    Variant v = box(100, 100, Fit::cover);
    v.focus = Focus{c.percent, 10};
    EXPECT_EQ(fit_geometry({400, 200}, v).crop_x, c.begin);
    EXPECT_EQ(fit_geometry({400, 200}, v).crop_y, 0);
    v.focus = Focus{90, c.percent};
    EXPECT_EQ(fit_geometry({200, 400}, v).crop_y, c.begin);
    EXPECT_EQ(fit_geometry({200, 400}, v).crop_x, 0);
  }
  Variant v = box(100, 100, Fit::cover);
  for (const Size in : {Size{403, 200}, Size{200, 405}, Size{401, 199}}) {
    v.focus.reset();
    const Geometry centred = fit_geometry(in, v);
    v.focus = Focus{};
    EXPECT_EQ(fit_geometry(in, v).crop_x, centred.crop_x);
    EXPECT_EQ(fit_geometry(in, v).crop_y, centred.crop_y);
  }
  Variant largest = box(1, 65535, Fit::cover, false);
  largest.focus = Focus{100, 100};
  EXPECT_EQ(fit_geometry({60000, 1}, largest).crop_x, std::numeric_limits<int>::max() - 1);
}

TEST(Geometry, NeverLeavesTheBoxNorTheRatio) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> any(1, 9000);
  for (int round = 0; round < 20000; ++round) {
    const Size in{any(random), any(random)};
    const int width = any(random);
    const int height = any(random);
    SCOPED_TRACE(std::to_string(in.width) + "x" + std::to_string(in.height) + " in " + std::to_string(width) + "x" +
                 std::to_string(height));
    const Size inside = fit_geometry(in, box(width, height, Fit::inside, false)).resized;
    ASSERT_TRUE(inside.width <= width && inside.height <= height);
    ASSERT_TRUE(inside.width == width || inside.height == height);
    const double scale = std::min(1.0 * width / in.width, 1.0 * height / in.height);
    ASSERT_LE(std::abs(inside.width - std::max(1.0, in.width * scale)), 0.5 + 1e-6);
    ASSERT_LE(std::abs(inside.height - std::max(1.0, in.height * scale)), 0.5 + 1e-6);
    const Geometry cover = fit_geometry(in, box(width, height, Fit::cover, false));
    ASSERT_TRUE(cover.resized.width >= width && cover.resized.height >= height);
    ASSERT_EQ(cover.canvas, (Size{width, height}));
    const Geometry contain = fit_geometry(in, box(width, height, Fit::contain));
    ASSERT_EQ(contain.canvas, (Size{width, height}));
    ASSERT_LE(contain.pad_x + contain.crop.width, width);
  }
}

TEST(Geometry, OrientationsFollowExif) {
  // Where the stored top left pixel of a 3×2 picture stands upright, by TIFF's definition of the tag.
  const struct {
    int exif, x, y;
  } cases[] = {{1, 0, 0}, {2, 2, 0}, {3, 2, 1}, {4, 0, 1}, {5, 0, 0},
               {6, 1, 0}, {7, 1, 2}, {8, 0, 2}, {0, 0, 0}, {9, 0, 0}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.exif);
    const Orientation o = orientation_from_exif(c.exif);
    EXPECT_EQ(o.transpose, c.exif >= 5 && c.exif <= 8);
    const int width = o.transpose ? 2 : 3;
    const int height = o.transpose ? 3 : 2;
    EXPECT_EQ(o.mirror_x ? width - 1 : 0, c.x);
    EXPECT_EQ(o.mirror_y ? height - 1 : 0, c.y);
  }
}

TEST(Geometry, ShrinkLeavesEnoughForTheFilter) {
  const struct {
    Size in, resized;
    Kernel kernel;
    double allowed;
  } cases[] = {
      {{1600, 1600}, {256, 256}, Kernel::lanczos3, 1600 / 448.0},
      {{1400, 1400}, {100, 100}, Kernel::cubic, 8},
      {{1400, 700}, {100, 100}, Kernel::mitchell, 4},
      {{1400, 1400}, {100, 100}, Kernel::nearest, 1},
      {{1400, 1400}, {100, 100}, Kernel::box, 1},
      {{1400, 1400}, {100, 100}, Kernel::linear, 1},
      {{100, 100}, {90, 90}, Kernel::lanczos2, 1},
      {{100, 100}, {300, 300}, Kernel::lanczos3, 1},
  };
  for (const auto& c : cases) {
    Geometry g;
    g.resized = c.resized;
    g.crop = g.canvas = {1, 1};  // must not matter
    EXPECT_DOUBLE_EQ(shrink_allowed(c.in, g, c.kernel), c.allowed);
  }
}

}  // namespace
}  // namespace thumbs::image
