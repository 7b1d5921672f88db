// WebP files of every kind decode to the right planes; the files come from libwebp's encoder and chunks made here.
#include <gtest/gtest.h>

#include <cmath>

#include "image/codec/codec.h"
#include "image/colour/colour.h"
#include "support/webps.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::make_webp;
using test::samples_of;
using test::WebpBuilder;

Picture decode(const Bytes& bytes, int shrink = 1, FailOn fail_on = FailOn::truncated, Header* header = nullptr) {
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  if (header != nullptr) *header = decoder->header();
  return decoder->decode({shrink}, fail_on);
}

Header header_of(const Bytes& bytes) {
  MemorySource source(bytes);
  return open_picture(source, Limits{})->header();
}

/// The error of opening and decoding; "" if there is none.
std::string fault_of(const Bytes& bytes, FailOn fail_on = FailOn::truncated, const Limits& limits = {}) {
  MemorySource source(bytes);
  try {
    open_picture(source, limits)->decode({1}, fail_on);
    return "";
  } catch (const Error& error) {
    return std::string(to_string(error.code()));
  }
}

test::Pattern rgba_pattern() {
  return
      [](int c, double x, double y) { return c == 3 ? std::fmod(x * 9, 256) : std::fmod(c * 70 + x * 5 + y * 3, 256); };
}

TEST(WebpDecode, LosslessPicturesAreReadExactly) {
  for (const bool alpha : {false, true}) {
    SCOPED_TRACE(alpha);
    const test::WebpRecipe recipe{.width = 37, .height = 21, .alpha = alpha, .lossless = true};
    Header header;
    const Picture picture = decode(make_webp(recipe, rgba_pattern()), 1, FailOn::truncated, &header);
    EXPECT_EQ(name(header.format), "WebP");
    EXPECT_EQ(header.alpha, alpha);
    EXPECT_EQ(header.bits, alpha ? 16 : 8);
    EXPECT_EQ(header.model, ColourModel::rgb);
    Picture wanted = test::make_picture(ColourModel::rgb, 37, 21, rgba_pattern(), alpha);
    if (alpha) premultiply(wanted);
    EXPECT_EQ(samples_of(picture), samples_of(wanted));
  }
}

TEST(WebpDecode, LossyPicturesComeAsFullRangeYcbcr) {
  struct Case {
    int r, g, b;
  };
  for (const Case& c : {Case{0, 0, 0}, {255, 255, 255}, {128, 128, 128}, {255, 0, 0}, {0, 0, 255}, {30, 200, 90}}) {
    SCOPED_TRACE(std::to_string(c.r) + " " + std::to_string(c.g) + " " + std::to_string(c.b));
    const auto colour = [&](int channel, double, double) -> double {
      return channel == 0 ? c.r : channel == 1 ? c.g : c.b;
    };
    Header header;
    const Picture picture = decode(make_webp({.width = 33, .height = 19}, colour), 1, FailOn::truncated, &header);
    EXPECT_EQ(header.model, ColourModel::ycbcr);
    ASSERT_EQ(picture.planes.size(), 3U);
    EXPECT_EQ(picture.planes[1].width, 17);
    EXPECT_EQ(picture.planes[1].pitch_x, 2);
    Picture pixel;
    pixel.width = pixel.height = 1;
    pixel.model = ColourModel::ycbcr;
    for (const Plane& plane : picture.planes) {
      pixel.planes.emplace_back(1, 1, 1);
      pixel.planes.back().row<std::uint8_t>(0)[0] = plane.row<std::uint8_t>(plane.height / 2)[plane.width / 2];
    }
    const std::vector<unsigned> rgb = samples_of(to_rgb(std::move(pixel)));
    EXPECT_NEAR(rgb[0], c.r, 3);
    EXPECT_NEAR(rgb[1], c.g, 3);
    EXPECT_NEAR(rgb[2], c.b, 3);
  }
}

/// The mean of each box of `shrink`, at the right and bottom of what is there.
std::vector<unsigned> boxed(const Plane& plane, int shrink) {
  std::vector<unsigned> out;
  for (int y = 0; y < plane.height; y += shrink) {
    for (int x = 0; x < plane.width; x += shrink) {
      unsigned sum = 0, count = 0;
      for (int v = y; v < std::min(y + shrink, plane.height); ++v)
        for (int u = x; u < std::min(x + shrink, plane.width); ++u, ++count)
          sum += plane.bytes_per_sample == 1 ? plane.row<std::uint8_t>(v)[u] : plane.row<std::uint16_t>(v)[u];
      out.push_back((sum + count / 2) / count);
    }
  }
  return out;
}

TEST(WebpDecode, ShrunkPlanesAreMeansOfBoxes) {
  for (const bool lossless : {false, true}) {
    for (const bool alpha : {false, true}) {
      const Bytes bytes = make_webp({.width = 45, .height = 31, .alpha = alpha, .lossless = lossless}, rgba_pattern());
      const Picture full = decode(bytes);
      for (const int shrink : {2, 3, 7, 64}) {
        SCOPED_TRACE(std::to_string(lossless) + std::to_string(alpha) + " by " + std::to_string(shrink));
        const Picture small = decode(bytes, shrink);
        ASSERT_EQ(small.planes.size(), full.planes.size());
        for (std::size_t p = 0; p < full.planes.size(); ++p) {
          const Plane& plane = small.planes[p];
          const bool halved = full.planes[p].pitch_x == 2;
          const int factor = halved ? std::max(1, shrink / 2) : shrink;
          EXPECT_EQ(plane.pitch_x, full.planes[p].pitch_x * factor);
          EXPECT_GE(plane.width * plane.pitch_x, 45);
          EXPECT_GE(plane.height * plane.pitch_y, 31);
          std::vector<unsigned> have;
          for (int y = 0; y < plane.height; ++y)
            for (int x = 0; x < plane.width; ++x)
              have.push_back(plane.bytes_per_sample == 1 ? plane.row<std::uint8_t>(y)[x]
                                                         : plane.row<std::uint16_t>(y)[x]);
          EXPECT_EQ(have, boxed(full.planes[p], factor));
        }
      }
    }
  }
}

TEST(WebpDecode, OnePassGivesThePlanesOfSeveral) {
  const std::vector<Scale> scales{{1}, {3}, {1}, {8, true}};
  for (const bool lossless : {false, true})
    for (const bool alpha : {false, true}) {
      const Bytes bytes = make_webp({.width = 45, .height = 31, .alpha = alpha, .lossless = lossless}, rgba_pattern());
      MemorySource source(bytes);
      const auto decoder = open_picture(source, Limits{});
      ASSERT_TRUE(decoder->decodes_together(FailOn::none));
      const std::vector<Picture> together = decoder->decode_together(scales, FailOn::none);
      ASSERT_EQ(together.size(), scales.size());
      for (std::size_t i = 0; i < scales.size(); ++i)
        EXPECT_EQ(samples_of(together[i]), samples_of(decoder->decode(scales[i], FailOn::none)))
            << lossless << alpha << i;
    }
}

TEST(WebpDecode, ChromaShrinksAsLumaDoesWhereTheOutputIsCoarseToo) {
  const Bytes bytes = make_webp({.width = 64, .height = 64}, rgba_pattern());
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  EXPECT_EQ(decoder->decode({4, true}, FailOn::truncated).planes[1].pitch_x, 8);
  EXPECT_EQ(decoder->decode({4, false}, FailOn::truncated).planes[1].pitch_x, 4);
}

TEST(WebpDecode, OrientationComesFromTheExifChunkWhereverItStands) {
  const Bytes picture = make_webp({}, rgba_pattern());
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const Bytes& block : {test::tiff_block(orientation), test::exif_segment(orientation)}) {
      EXPECT_EQ(header_of(WebpBuilder().canvas(40, 30, 8).picture(picture).chunk("EXIF", block).bytes()).orientation,
                orientation);
      EXPECT_EQ(header_of(WebpBuilder().canvas(40, 30, 8).chunk("EXIF", block).picture(picture).bytes()).orientation,
                orientation);
    }
  }
  EXPECT_EQ(header_of(WebpBuilder().canvas(40, 30, 8).picture(picture).chunk("EXIF", "garbage").bytes()).orientation,
            1);
}

TEST(WebpDecode, TheProfileIsHandedOn) {
  const Bytes picture = make_webp({}, rgba_pattern());
  const Bytes file = WebpBuilder().canvas(40, 30, 0x20).chunk("ICCP", "a profile").picture(picture).bytes();
  const Header header = header_of(file);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(header.colours.profile.data()), header.colours.profile.size()),
            "a profile");
}

TEST(WebpDecode, AnAnimationGivesItsFirstFrameOnATransparentCanvas) {
  const Bytes first = make_webp({.width = 20, .height = 10, .lossless = true}, test::constant(200));
  const Bytes second = make_webp({.width = 40, .height = 30, .lossless = true}, test::constant(90));
  const Bytes file =
      WebpBuilder().canvas(40, 30, 2).animation().frame(6, 4, 20, 10, first).frame(0, 0, 40, 30, second).bytes();
  Header header;
  const Picture picture = decode(file, 1, FailOn::truncated, &header);
  EXPECT_EQ(header.width, 40);
  EXPECT_EQ(header.height, 30);
  ASSERT_TRUE(header.alpha);
  for (int y = 0; y < 30; ++y) {
    for (int x = 0; x < 40; ++x) {
      const bool inside = x >= 6 && x < 26 && y >= 4 && y < 14;
      ASSERT_EQ(picture.planes[3].row<std::uint16_t>(y)[x], inside ? 65535 : 0) << x << " " << y;
      ASSERT_EQ(picture.planes[0].row<std::uint16_t>(y)[x], inside ? 200 * 257 : 0) << x << " " << y;
    }
  }
}

TEST(WebpDecode, AFrameThatCoversItsCanvasIsLikeAStill) {
  for (const bool lossless : {false, true}) {
    const Bytes still = make_webp({.lossless = lossless}, rgba_pattern());
    const Bytes file = WebpBuilder().canvas(40, 30, 2).animation().frame(0, 0, 40, 30, still).bytes();
    EXPECT_FALSE(header_of(file).alpha);
    EXPECT_EQ(samples_of(decode(file)), samples_of(decode(still)));
  }
}

TEST(WebpDecode, PiecesGiveTheSamePixels) {
  for (const bool lossless : {false, true}) {
    const Bytes bytes = make_webp({.width = 90, .height = 70, .alpha = true, .lossless = lossless}, test::texture());
    for (const std::size_t piece : {1, 7, 1000}) {
      test::PieceSource source(bytes, piece);
      const auto decoder = open_picture(source, Limits{});
      EXPECT_EQ(samples_of(decoder->decode({2}, FailOn::truncated)), samples_of(decode(bytes, 2)));
      EXPECT_EQ(samples_of(decoder->decode({1}, FailOn::truncated)), samples_of(decode(bytes))) << "a second time";
    }
  }
}

TEST(WebpFaults, EveryPrefixIsTruncatedAndGivesWhatThereIsWhereNothingFails) {
  for (const test::WebpRecipe& recipe :
       {test::WebpRecipe{.width = 96, .height = 120}, test::WebpRecipe{.width = 96, .height = 120, .lossless = true},
        test::WebpRecipe{.width = 96, .height = 120, .alpha = true}}) {
    SCOPED_TRACE(std::to_string(recipe.lossless) + std::to_string(recipe.alpha));
    const Bytes whole = make_webp(recipe, test::texture());
    ASSERT_EQ(fault_of(whole), "");
    int pictures = 0;
    for (std::size_t size = 12; size + 1 < whole.size(); size += 1 + size / 8) {
      const Bytes prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_EQ(fault_of(prefix), "truncated") << size << " of " << whole.size();
      const std::string tolerant = fault_of(prefix, FailOn::none);
      EXPECT_TRUE(tolerant.empty() || tolerant == "truncated") << tolerant;
      pictures += tolerant.empty() ? 1 : 0;
    }
    EXPECT_GT(pictures, 2);
  }
}

TEST(WebpFaults, WhatEndsBehindItsPixelsIsAPictureWithAWarning) {
  for (const bool lossless : {false, true}) {
    const Bytes picture = make_webp({.lossless = lossless}, rgba_pattern());
    const Bytes exif = test::tiff_block(6);
    const Bytes whole = WebpBuilder().canvas(40, 30, 8).picture(picture).chunk("EXIF", exif).bytes();
    for (std::size_t lost = 2; lost <= exif.size() + 8; ++lost) {
      SCOPED_TRACE(lost);
      const Bytes rest(whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(lost));
      MemorySource source(rest);
      const auto decoder = open_picture(source, Limits{});
      EXPECT_EQ(samples_of(decoder->decode({1}, FailOn::truncated)), samples_of(decode(picture)));
      EXPECT_EQ(decoder->warnings().size(), 1U);
      EXPECT_EQ(fault_of(rest, FailOn::error), "");
      EXPECT_EQ(fault_of(rest, FailOn::warning), "truncated");
    }
    EXPECT_EQ(fault_of(whole, FailOn::warning), "");
  }
}

TEST(WebpFaults, TheRowsThatAreThereAreRight) {
  const Bytes whole = make_webp({.width = 96, .height = 120}, test::texture());
  const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(whole.size() * 3 / 4));
  const Picture full = decode(whole), part = decode(cut, 1, FailOn::none);
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 96; ++x)
      ASSERT_EQ(part.planes[0].row<std::uint8_t>(y)[x], full.planes[0].row<std::uint8_t>(y)[x]) << x << " " << y;
  EXPECT_EQ(part.planes[0].row<std::uint8_t>(119)[50], 0);
}

TEST(WebpFaults, BrokenFilesHaveTheRightError) {
  const Bytes picture = make_webp({}, rgba_pattern());
  Bytes garbled = make_webp({.lossless = true}, test::texture());
  for (std::size_t i = 40; i < garbled.size(); ++i) garbled[i] = std::byte{0xFF};
  Bytes no_key_frame = picture;
  no_key_frame[20] |= std::byte{1};
  const struct {
    const char* title;
    Bytes bytes;
    const char* code;
  } cases[] = {
      {"garbled data", garbled, "corrupt"},
      {"an interframe", no_key_frame, "corrupt"},
      {"nothing behind RIFF", WebpBuilder().bytes(), "corrupt"},
      {"no picture", WebpBuilder().canvas(40, 30, 0).chunk("XMP ", "text").bytes(), "corrupt"},
      {"a canvas that is smaller", WebpBuilder().canvas(39, 30, 0).picture(picture).bytes(), "corrupt"},
      {"a canvas that is larger", WebpBuilder().canvas(41, 30, 0).picture(picture).bytes(), "corrupt"},
      {"a frame of another size", WebpBuilder().canvas(80, 80, 2).frame(0, 0, 41, 30, picture).bytes(), "corrupt"},
      {"a frame beyond its canvas", WebpBuilder().canvas(80, 80, 2).frame(42, 0, 40, 30, picture).bytes(), "corrupt"},
      {"a frame without a canvas", WebpBuilder().frame(0, 0, 40, 30, picture).bytes(), "corrupt"},
  };
  for (const auto& c : cases) EXPECT_EQ(fault_of(c.bytes), c.code) << c.title;
}

TEST(WebpFaults, LimitsAreKept) {
  const Bytes bytes = make_webp({.width = 300, .height = 200}, test::texture());
  Limits limits;
  limits.input_pixels = 60000;
  EXPECT_EQ(fault_of(bytes, FailOn::truncated, limits), "");
  limits.input_pixels = 59999;
  EXPECT_EQ(fault_of(bytes, FailOn::truncated, limits), "too-large");
  limits = {};
  limits.seconds = 1e-9;
  EXPECT_EQ(fault_of(bytes, FailOn::truncated, limits), "too-slow");
}

}  // namespace
}  // namespace thumbs::image
