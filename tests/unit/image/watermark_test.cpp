// Marks of known colours over canvases of known colours.
#include "image/watermark.h"

#include <gtest/gtest.h>

#include <string>

#include "image/colour/colour.h"
#include "support/pictures.h"
#include "thumbs/error.h"
#include "unit/image/resize/resize_support.h"

namespace thumbs::image {
namespace {

using test::sample;

Watermark placed(Position position, double scale, double margin = 0, double opacity = 1) {
  return {.file = "mark.png", .position = position, .scale = scale, .opacity = opacity, .margin = margin};
}

test::Pattern colour(int r, int g, int b, int a = 255) {
  return [=](int c, double, double) { return c == 0 ? r : c == 1 ? g : c == 2 ? b : a; };
}

Mark mark_of(const test::Pattern& pattern, bool alpha = true) { return {test::make_png(8, 4, pattern, alpha), {}}; }

Picture canvas_of(ColourModel model, const test::Pattern& pattern, bool alpha = false) {
  return test::make_picture(model, 40, 40, pattern, alpha);
}

TEST(Watermark, TheLargestThatTheMarginsLeave) {
  const struct {
    const char* name;
    Size canvas, mark;
    Watermark how;
    Region region;
  } cases[] = {
      {"a quarter", {200, 100}, {80, 40}, placed(Position::top_left, 25), {0, 0, {50, 25}}},
      {"enlarged", {200, 100}, {4, 2}, placed(Position::top_left, 50), {0, 0, {100, 50}}},
      {"rounded", {201, 100}, {80, 41}, placed(Position::top_left, 25), {0, 0, {50, 26}}},
      {"right and low, with a margin",
       {200, 100},
       {80, 40},
       placed(Position::bottom_right, 25, 10),
       {140, 65, {50, 25}}},
      {"left and high, with a margin", {200, 100}, {80, 40}, placed(Position::top_left, 25, 10), {10, 10, {50, 25}}},
      {"in the middle", {200, 101}, {80, 40}, placed(Position::center, 25, 10), {75, 38, {50, 25}}},
      {"at the top", {200, 100}, {80, 40}, placed(Position::top, 25, 10), {75, 10, {50, 25}}},
      {"at the right", {200, 100}, {80, 40}, placed(Position::right, 25, 10), {140, 37, {50, 25}}},
      {"not wider than the room", {200, 100}, {80, 4}, placed(Position::left, 100, 10), {10, 45, {180, 9}}},
      {"not higher than the room", {200, 100}, {40, 80}, placed(Position::bottom, 50, 10), {80, 10, {40, 80}}},
      {"no room", {3, 100}, {40, 40}, placed(Position::center, 50, 50), {1, 49, {1, 1}}},
      {"one pixel", {1, 1}, {40, 40}, placed(Position::bottom_right, 1, 50), {0, 0, {1, 1}}},
      {"very flat", {100, 100}, {4000, 1}, placed(Position::top_left, 10), {0, 0, {10, 1}}},
  };
  for (const auto& c : cases) EXPECT_EQ(mark_region(c.canvas, c.mark, c.how), c.region) << c.name;
}

TEST(Watermark, CoversItsPlaceAndNothingElse) {
  Picture canvas = canvas_of(ColourModel::rgb, colour(10, 20, 30));
  mark_of(colour(200, 100, 50)).draw(canvas, placed(Position::bottom_right, 50, 5));
  const int wanted[] = {200, 100, 50}, before[] = {10, 20, 30};
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 40; ++x) {
      const bool within = x >= 18 && x < 38 && y >= 28 && y < 38;
      for (int c = 0; c < 3; ++c)
        ASSERT_EQ(sample(canvas.planes[static_cast<std::size_t>(c)], x, y), within ? wanted[c] : before[c])
            << x << "," << y;
    }
}

TEST(Watermark, AlphaAndOpacityMix) {
  const struct {
    int alpha;
    double opacity;
    int result;  ///< of 200 over 100
  } cases[] = {{255, 1, 200}, {255, 0.5, 150}, {128, 1, 150}, {128, 0.5, 125},
               {255, 0, 100}, {0, 1, 100},     {51, 1, 120}};
  for (const auto& c : cases) {
    Picture canvas = canvas_of(ColourModel::rgb, colour(100, 100, 100));
    mark_of(colour(200, 200, 200, c.alpha)).draw(canvas, placed(Position::center, 50, 0, c.opacity));
    EXPECT_EQ(sample(canvas.planes[0], 20, 20), c.result) << c.alpha << " × " << c.opacity;
  }
}

TEST(Watermark, OverTransparencyItKeepsItsColour) {
  Picture canvas = canvas_of(ColourModel::rgb, colour(0, 0, 0, 0), true);
  mark_of(colour(200, 100, 50)).draw(canvas, placed(Position::center, 50, 0, 0.5));
  EXPECT_EQ(sample(canvas.planes[0], 20, 20), 200);
  EXPECT_EQ(sample(canvas.planes[2], 20, 20), 50);
  EXPECT_EQ(sample(canvas.planes[3], 20, 20), 128);
  EXPECT_EQ(sample(canvas.planes[3], 1, 1), 0);
  Picture half = canvas_of(ColourModel::rgb, colour(0, 0, 0, 128), true);
  mark_of(colour(255, 255, 255)).draw(half, placed(Position::center, 50, 0, 0.5));
  EXPECT_EQ(sample(half.planes[3], 20, 20), 192);
  EXPECT_EQ(sample(half.planes[0], 20, 20), 170);
}

TEST(Watermark, OnlyColourMakesAGreyThumbnailColoured) {
  Picture grey = canvas_of(ColourModel::grey, colour(100, 0, 0));
  const Mark plain = mark_of(colour(200, 200, 200));
  EXPECT_FALSE(plain.is_coloured());
  plain.draw(grey, placed(Position::center, 50));
  EXPECT_EQ(grey.model, ColourModel::grey);
  EXPECT_EQ(sample(grey.planes[0], 20, 20), 200);

  const Mark red = mark_of(colour(200, 0, 0));
  EXPECT_TRUE(red.is_coloured());
  red.draw(grey, placed(Position::top_left, 50));
  ASSERT_EQ(grey.model, ColourModel::rgb);
  EXPECT_EQ(sample(grey.planes[0], 1, 1), 200);
  EXPECT_EQ(sample(grey.planes[1], 1, 1), 0);
  for (const Plane& plane : grey.planes) EXPECT_EQ(sample(plane, 39, 39), 100);
  // What nobody sees has no colour.
  EXPECT_FALSE(mark_of([](int c, double x, double) {
                 return c == 3 ? (x < 4 ? 0 : 255) : x < 4 && c == 0 ? 200 : 90;
               }).is_coloured());
  Picture veiled = test::make_picture(ColourModel::grey, 40, 40, colour(100, 255, 0), true);
  red.draw(veiled, placed(Position::center, 50));
  ASSERT_EQ(veiled.planes.size(), 4U);
  EXPECT_EQ(sample(veiled.planes[3], 0, 0), 255);
}

TEST(Watermark, MarksOfAnyFormatAreUprightAndInSrgb) {
  // Red left of blue as stored, and a quarter turn: red above blue.
  const auto halves = [](int c, double x, double) { return c == 0 ? 80 : (c == 1) == (x < 8) ? 100 : 200; };
  const test::JpegRecipe recipe{.width = 16, .height = 16, .app1 = {test::exif_segment(6)}};
  const Mark turned(test::make_jpeg(recipe, halves), {});
  Picture canvas = canvas_of(ColourModel::rgb, colour(0, 0, 0));
  turned.draw(canvas, placed(Position::center, 100));
  EXPECT_GT(sample(canvas.planes[0], 20, 5), 120);
  EXPECT_GT(sample(canvas.planes[2], 20, 35), 120);
  EXPECT_LT(sample(canvas.planes[2], 20, 5), 80);
}

TEST(Watermark, WhatCannotBeAMarkIsRefused) {
  const std::string text = "no picture at all";
  EXPECT_THROW(Mark(std::as_bytes(std::span(text)), {}), Error);
  EXPECT_THROW(Mark(test::make_png(4096, 1025, test::constant(1)), {}), Error);
}

}  // namespace
}  // namespace thumbs::image
