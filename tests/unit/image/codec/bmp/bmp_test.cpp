// BMP files of every header and depth decode to the right samples; broken ones fail by what is wrong with them.
#include <gtest/gtest.h>

#include "image/codec/codec.h"
#include "support/containers.h"
#include "support/opened.h"

namespace thumbs::image {
namespace {

using test::BmpRecipe;
using test::Bytes;
using test::make_bmp;
using test::Numbers;
using test::open_and_decode;
using test::Opened;

using Samples = std::vector<unsigned>;

struct Case {
  const char* title;
  BmpRecipe recipe;
  Samples planes;  ///< plane by plane
};

Bytes list(std::initializer_list<unsigned> values) { return Numbers().list(values).take(); }

// A picture of 2×2: red, green / blue, white.
const Samples k_four = {255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255};
const std::vector<std::uint32_t> k_colours = {0xFF0000, 0x00FF00, 0x0000FF, 0xFFFFFF};
const Bytes k_rows24 = list({255, 0, 0, 255, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0});

const Case k_cases[] = {
    {"24 bits", {.width = 2, .height = 2, .bits = 24, .pixels = k_rows24}, k_four},
    {"24 bits, top-down",
     {.width = 2, .height = -2, .pixels = list({0, 0, 255, 0, 255, 0, 0, 0, 255, 0, 0, 255, 255, 255, 0, 0})},
     k_four},
    {"24 bits, OS/2 1", {.width = 2, .height = 2, .bits = 24, .header = 12, .pixels = k_rows24}, k_four},
    {"24 bits, OS/2 2", {.width = 2, .height = 2, .bits = 24, .header = 64, .pixels = k_rows24}, k_four},
    {"24 bits, OS/2 2, short", {.width = 2, .height = 2, .bits = 24, .header = 16, .pixels = k_rows24}, k_four},
    {"24 bits, V5", {.width = 2, .height = 2, .bits = 24, .header = 124, .pixels = k_rows24}, k_four},
    {"1 bit",
     {.width = 2,
      .height = 2,
      .bits = 1,
      .palette = {0xFF0000, 0x0000FF},
      .pixels = list({0x80, 0, 0, 0, 0x40, 0, 0, 0})},
     {255, 0, 0, 255, 0, 0, 0, 0, 0, 255, 255, 0}},
    {"2 bits",
     {.width = 2, .height = 2, .bits = 2, .palette = k_colours, .pixels = list({0xB0, 0, 0, 0, 0x10, 0, 0, 0})},
     k_four},
    {"4 bits",
     {.width = 2, .height = 2, .bits = 4, .palette = k_colours, .pixels = list({0x23, 0, 0, 0, 0x01, 0, 0, 0})},
     k_four},
    {"8 bits",
     {.width = 2, .height = 2, .bits = 8, .palette = k_colours, .pixels = list({2, 3, 0, 0, 0, 1, 0, 0})},
     k_four},
    {"8 bits, OS/2 1",
     {.width = 2, .height = 2, .bits = 8, .header = 12, .palette = k_colours, .pixels = list({2, 3, 0, 0, 0, 1, 0, 0})},
     k_four},
    {"an index beyond the palette is black",
     {.width = 2, .height = 1, .bits = 8, .palette = k_colours, .pixels = list({9, 0, 0, 0})},
     {0, 255, 0, 0, 0, 0}},
    {"grey palettes are grey",
     {.width = 2, .height = 1, .bits = 8, .palette = {0x101010, 0x404040}, .pixels = list({1, 0, 0, 0})},
     {64, 16}},
    {"16 bits, 5-5-5",
     {.width = 2, .height = 1, .bits = 16, .pixels = list({0x00, 0x7C, 0x10, 0x42})},
     {255, 132, 0, 132, 0, 132}},
    {"16 bits, 5-6-5",
     {.width = 2,
      .height = 1,
      .bits = 16,
      .compression = 3,
      .masks = {0xF800, 0x07E0, 0x001F},
      .pixels = list({0x00, 0xF8, 0x00, 0x04})},
     {255, 0, 0, 130, 0, 0}},
    {"32 bits, the fourth byte is nothing",
     {.width = 2, .height = 1, .bits = 32, .pixels = list({1, 2, 3, 0, 4, 5, 6, 0})},
     {3, 6, 2, 5, 1, 4}},
    {"32 bits by masks of 10 bits",
     {.width = 1,
      .height = 1,
      .bits = 32,
      .compression = 3,
      .masks = {0x3FF00000, 0xFFC00, 0x3FF},
      .pixels = list({0xFF, 0x03, 0x00, 0x20})},
     {128, 0, 255}},
    {"32 bits with alpha in V4, premultiplied",
     {.width = 2,
      .height = 1,
      .bits = 32,
      .header = 108,
      .compression = 3,
      .masks = {0xFF0000, 0xFF00, 0xFF, 0xFF000000},
      .pixels = list({0, 0, 255, 255, 0, 255, 0, 51})},
     {65535, 0, 0, 13107, 0, 0, 65535, 13107}},
    {"alpha that is 0 everywhere is none",
     {.width = 2,
      .height = 1,
      .bits = 32,
      .header = 108,
      .compression = 3,
      .masks = {0xFF0000, 0xFF00, 0xFF, 0xFF000000},
      .pixels = list({0, 0, 255, 0, 0, 255, 0, 0})},
     {255, 0, 0, 255, 0, 0}},
    {"RLE8: a run, literals, the end of a row, the end",
     {.width = 4,
      .height = 2,
      .bits = 8,
      .compression = 1,
      .palette = k_colours,
      .pixels = list({4, 2, 0, 0, 0, 3, 0, 1, 3, 0, 1, 0, 0, 1})},
     {255, 0, 255, 255, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 0, 255, 0, 255, 255, 255, 255}},
    {"RLE8: what a move leaves out is colour 0",
     {.width = 2,
      .height = 2,
      .bits = 8,
      .compression = 1,
      .palette = k_colours,
      .pixels = list({0, 2, 1, 1, 1, 1, 0, 1})},
     {255, 0, 255, 255, 0, 255, 0, 0, 0, 0, 0, 0}},
    {"RLE4: runs and literals in halves",
     {.width = 4,
      .height = 1,
      .bits = 4,
      .compression = 2,
      .palette = k_colours,
      .pixels = list({1, 0x20, 0, 3, 0x01, 0x30, 0, 1})},
     {0, 255, 0, 255, 0, 0, 255, 255, 255, 0, 0, 255}},
    {"RLE24 of OS/2",
     {.width = 2, .height = 1, .bits = 24, .header = 64, .compression = 4, .pixels = list({2, 1, 2, 3, 0, 1})},
     {3, 3, 2, 2, 1, 1}},
    {"runs end at the edge",
     {.width = 2, .height = 1, .bits = 8, .compression = 1, .palette = k_colours, .pixels = list({200, 3, 0, 1})},
     {255, 255, 255, 255, 255, 255}},
};

TEST(Bmp, EveryKindHasTheRightSamples) {
  for (const Case& c : k_cases) {
    SCOPED_TRACE(c.title);
    for (const std::size_t piece : {0U, 1U, 7U}) {
      const Opened opened = open_and_decode(make_bmp(c.recipe), FailOn::warning, {}, piece);
      EXPECT_EQ(opened.fault, "");
      EXPECT_EQ(opened.samples, c.planes);
      EXPECT_EQ(opened.header.format, FileFormat::bmp);
    }
  }
}

// OS/2's header of an array counts places from the file's start.
Bytes in_array(std::uint32_t next, std::uint32_t header, const Bytes& pixels) {
  const Bytes file = make_bmp({.width = 2, .height = 2, .header = header, .pixels = pixels, .pixels_at = 28 + header});
  return Numbers().text("BA").u32(14 + file.size()).u32(next).u16(0).u16(0).bytes(file).take();
}

TEST(Bmp, OfAnArrayTheFirstBitmapIsRead) {
  for (const std::uint32_t header : {12U, 64U, 40U}) {
    for (const std::size_t piece : {0U, 1U}) {
      const Opened alone = open_and_decode(in_array(0, header, k_rows24), FailOn::warning, {}, piece);
      EXPECT_EQ(alone.fault, "");
      EXPECT_EQ(alone.samples, k_four);
      const Opened first = open_and_decode(in_array(999, header, k_rows24), FailOn::truncated, {}, piece);
      EXPECT_EQ(first.samples, k_four);
      EXPECT_EQ(first.warnings, std::vector<std::string>{"a file of several bitmaps: its first one is used"});
    }
  }
  EXPECT_EQ(open_and_decode(in_array(0, 40, {})).fault, "truncated: premature end of file");
}

// Larger than what is read at once, from its end.
TEST(Bmp, ManyRowsComeInTheirOrder) {
  constexpr int k_side = 400;
  Bytes pixels;
  Samples planes(3 * std::size_t{k_side} * k_side);
  for (int y = k_side - 1; y >= 0; --y)
    for (int x = 0; x < k_side; ++x)
      for (int c = 2; c >= 0; --c) {
        const unsigned value = static_cast<unsigned>(7 * x + 31 * y + 101 * c) & 255;
        pixels.push_back(static_cast<std::byte>(value));
        planes[(std::size_t{static_cast<unsigned>(c)} * k_side + static_cast<unsigned>(y)) * k_side +
               static_cast<unsigned>(x)] = value;
      }
  for (const std::size_t piece : {0U, 100000U})
    EXPECT_EQ(open_and_decode(make_bmp({.width = k_side, .height = k_side, .pixels = pixels}), {}, {}, piece).samples,
              planes);
}

// Some bands of rows that are drawn at once, of which a move skips a whole one.
TEST(Bmp, ManyRowsOfRunsComeInTheirOrder) {
  constexpr unsigned k_width = 400, k_height = 2000, k_move = 600, k_moved = 4 * 255;
  Samples stored;
  for (unsigned y = 0; y < k_height; ++y)
    for (unsigned x = 0; x < k_width; ++x) {
      const bool skipped = (y >= k_move && y < k_move + k_moved) || (x >= 200 && x < 250);
      stored.push_back(skipped ? 0 : x < 200 ? y % 4 : y / 4 % 4);
    }
  const std::vector<std::uint32_t> greys = {0x000000, 0x404040, 0x808080, 0xC0C0C0};
  for (const int bits : {4, 8}) {
    const unsigned pair = bits == 4 ? 17 : 1;
    Numbers codes;
    for (unsigned y = 0; y < k_height; ++y) {
      if (y == k_move) {
        for (unsigned moved = 0; moved < k_moved; moved += 255) codes.list({0, 2, 0, 255});
        y += k_moved;
      }
      codes.list({200, y % 4 * pair, 0, 2, 50, 0, 150, y / 4 % 4 * pair, 0, 0});
    }
    const Bytes pixels = codes.list({0, 1}).take();
    for (const bool top_down : {false, true}) {
      SCOPED_TRACE(std::to_string(bits) + (top_down ? " bits, top-down" : " bits"));
      Samples planes;
      for (unsigned y = 0; y < k_height; ++y)
        for (unsigned x = 0; x < k_width; ++x)
          planes.push_back(stored[(top_down ? y : k_height - 1 - y) * k_width + x] * 64);
      const Bytes file = make_bmp({.width = k_width,
                                   .height = top_down ? -static_cast<int>(k_height) : static_cast<int>(k_height),
                                   .bits = bits,
                                   .compression = bits == 4 ? 2U : 1U,
                                   .palette = greys,
                                   .pixels = pixels});
      for (const std::size_t piece : {0U, 5U}) {
        const Opened opened = open_and_decode(file, FailOn::warning, {}, piece);
        EXPECT_EQ(opened.fault, "");
        EXPECT_TRUE(opened.samples == planes);
      }
    }
  }
}

TEST(Bmp, AShrunkPictureIsTheMeanOfItsBoxes) {
  const Opened opened = open_and_decode(make_bmp({.width = 2, .height = 2, .bits = 24, .pixels = k_rows24}),
                                        FailOn::warning, {.shrink = 2});
  EXPECT_EQ(opened.samples, Samples({128, 128, 128}));
}

TEST(Bmp, AnEmbeddedProfileIsKept) {
  const Bytes profile(200, std::byte{7});
  const Opened opened =
      open_and_decode(make_bmp({.width = 2, .height = 2, .header = 124, .pixels = k_rows24, .profile = profile}));
  EXPECT_EQ(opened.fault, "");
  EXPECT_EQ(opened.header.colours.profile, profile);
}

TEST(Bmp, WhatIsWrongIsSaid) {
  const struct {
    const char* title;
    BmpRecipe recipe;
    const char* fault;
  } cases[] = {
      {"no width", {.width = 0}, "corrupt: a picture without pixels"},
      {"a negative width", {.width = -4}, "corrupt: a picture without pixels"},
      {"no pixels", {}, "truncated: premature end of file"},
      {"half of a row",
       {.width = 2, .height = 2, .pixels = list({1, 2, 3, 4, 5, 6, 0, 0, 1, 2})},
       "truncated: premature end of file"},
      {"top-down, half of a row",
       {.width = 2, .height = -2, .pixels = list({1, 2, 3, 4, 5, 6, 0, 0, 1, 2})},
       "truncated: premature end of file"},
      {"five bits",
       {.bits = 5},
       "unsupported: a BMP with compression 0 and 5 bits is not supported; convert it to PNG or JPEG"},
      {"a JPEG in it",
       {.bits = 24, .compression = 4},
       "unsupported: a BMP with a JPEG in it is not supported; convert it to PNG or JPEG"},
      {"a PNG in it",
       {.bits = 24, .compression = 5},
       "unsupported: a BMP with a PNG in it is not supported; convert it to PNG or JPEG"},
      {"more than limits.inputPixels",
       {.width = 100000, .height = 100000},
       "too-large: more pixels than limits.inputPixels allows: 100000x100000"},
      {"runs that end early",
       {.width = 4, .height = 4, .bits = 8, .compression = 1, .palette = k_colours, .pixels = list({4, 2, 0, 0})},
       "truncated: premature end of file"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.title);
    EXPECT_EQ(open_and_decode(make_bmp(c.recipe)).fault, c.fault);
  }
}

TEST(Bmp, RowsThatAreMissingAreBlackWithFailOnNone) {
  const Bytes half(k_rows24.begin(), k_rows24.begin() + 8);
  const Opened opened = open_and_decode(make_bmp({.width = 2, .height = 2, .pixels = half}), FailOn::none);
  EXPECT_EQ(opened.samples, Samples({0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 255, 255}));
  EXPECT_EQ(opened.warnings, std::vector<std::string>{"premature end of file"});
}

TEST(Bmp, RunsThatAreMissingAreColour0WithFailOnNone) {
  for (const int height : {3, -3}) {
    const Bytes file = make_bmp({.width = 2,
                                 .height = height,
                                 .bits = 8,
                                 .compression = 1,
                                 .palette = {0x101010, 0x404040},
                                 .pixels = list({2, 1, 0, 0, 1, 1})});
    const Opened opened = open_and_decode(file, FailOn::none);
    EXPECT_EQ(opened.samples, height > 0 ? Samples({16, 16, 64, 16, 64, 64}) : Samples({64, 64, 64, 16, 16, 16}));
    EXPECT_EQ(opened.warnings, std::vector<std::string>{"premature end of file"});
  }
}

TEST(Bmp, RunsWithoutAnEndMarkAreAWarning) {
  const Bytes file =
      make_bmp({.width = 2, .height = 1, .bits = 8, .compression = 1, .palette = k_colours, .pixels = list({2, 3})});
  EXPECT_EQ(open_and_decode(file).warnings.size(), 1U);
  EXPECT_EQ(open_and_decode(file, FailOn::warning).fault.substr(0, 10), "truncated:");
}

}  // namespace
}  // namespace thumbs::image
