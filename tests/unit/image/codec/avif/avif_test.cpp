// AVIF files of every depth, sampling, range and matrix decode to the right colours, at the right place.
#include <gtest/gtest.h>

#include <cmath>

#include "image/codec/codec.h"
#include "image/colour/colour.h"
#include "image/resize/resize.h"
#include "support/avifs.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

using test::AvifRecipe;
using test::Bytes;
using test::make_avif;
using test::samples_of;

Picture decode(const Bytes& bytes, int shrink = 1, Header* header = nullptr) {
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  if (header != nullptr) *header = decoder->header();
  return decoder->decode({shrink}, FailOn::truncated);
}

Header header_of(const Bytes& bytes) {
  MemorySource source(bytes);
  return open_picture(source, Limits{})->header();
}

std::string fault_of(const Bytes& bytes, const Limits& limits = {}) {
  MemorySource source(bytes);
  try {
    open_picture(source, limits)->decode({1}, FailOn::truncated);
    return "";
  } catch (const Error& error) {
    return std::string(to_string(error.code()));
  }
}

/// H.273's equations 38 to 40 in double precision, then ranges: what an encoder stores for a colour (0 to 1 each).
struct Stored {
  double y, u, v;
};
Stored stored(const AvifRecipe& recipe, double r, double g, double b) {
  const double kr = recipe.matrix == 1 ? 0.2126 : recipe.matrix == 9 ? 0.2627 : 0.299;
  const double kb = recipe.matrix == 1 ? 0.0722 : recipe.matrix == 9 ? 0.0593 : 0.114;
  double y = kr * r + (1 - kr - kb) * g + kb * b;
  double u = (b - y) / (2 * (1 - kb)), v = (r - y) / (2 * (1 - kr));
  if (recipe.matrix == AVIF_MATRIX_COEFFICIENTS_YCGCO) {
    y = 0.25 * r + 0.5 * g + 0.25 * b;
    u = -0.25 * r + 0.5 * g - 0.25 * b;
    v = 0.5 * r - 0.5 * b;
  }
  const double most = (1 << recipe.depth) - 1, scale = 1 << (recipe.depth - 8), middle = 128 * scale;
  const bool limited = recipe.range == AVIF_RANGE_LIMITED;
  const auto luma = [&](double value) { return limited ? scale * (16 + 219 * value) : most * value; };
  if (recipe.matrix == AVIF_MATRIX_COEFFICIENTS_IDENTITY) return {luma(g), luma(b), luma(r)};
  const double chroma = limited ? 224 * scale : most;
  return {luma(y), middle + chroma * u, middle + chroma * v};
}

/// All of the picture in one pixel, as RGB of 0 to 255.
std::vector<double> middle_rgb(const Picture& picture) {
  std::vector<double> values;
  for (const Plane& plane : picture.planes) {
    const int y = plane.height / 2, x = plane.width / 2;
    values.push_back(plane.bytes_per_sample == 1 ? plane.row<std::uint8_t>(y)[x]
                                                 : plane.row<std::uint16_t>(y)[x] / 257.0);
  }
  if (picture.model != ColourModel::ycbcr) return values;
  const double y = values[0], cb = values[1] - 128, cr = values[2] - 128;
  return {y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb};
}

TEST(AvifDecode, ColoursOfEveryDepthSamplingRangeAndMatrix) {
  const double colours[][3] = {{0, 0, 0}, {1, 1, 1}, {0.8, 0.3, 0.1}, {0.1, 0.7, 0.4}, {0.2, 0.2, 0.9}};
  for (const int depth : {8, 10, 12}) {
    for (const auto format : {AVIF_PIXEL_FORMAT_YUV444, AVIF_PIXEL_FORMAT_YUV422, AVIF_PIXEL_FORMAT_YUV420}) {
      for (const auto range : {AVIF_RANGE_FULL, AVIF_RANGE_LIMITED}) {
        for (const int matrix : {0, 1, 2, 5, 6, 8, 9}) {
          if (matrix == 0 && format != AVIF_PIXEL_FORMAT_YUV444) continue;
          const AvifRecipe recipe{
              .width = 17, .height = 9, .depth = depth, .format = format, .range = range, .matrix = matrix};
          const auto& c = colours[(depth + format + range + matrix) % 5];
          const Stored s = stored(recipe, c[0], c[1], c[2]);
          const Bytes file = make_avif(recipe, test::AvifSamples([&](int p, double, double) {
                                         return p == 0 ? s.y : p == 1 ? s.u : s.v;
                                       }));
          const std::vector<double> rgb = middle_rgb(decode(file));
          for (std::size_t i = 0; i < 3; ++i)
            EXPECT_NEAR(rgb[i], c[i] * 255, 2.1)
                << depth << " " << avifPixelFormatToString(format) << " " << range << " " << matrix << " channel " << i;
        }
      }
    }
  }
}

TEST(AvifDecode, OnlyWhatIsJpegsGoesPlaneByPlane) {
  const auto model = [](const AvifRecipe& recipe) {
    return header_of(make_avif(recipe, test::AvifSamples([](int, double, double) { return 90; }))).model;
  };
  EXPECT_EQ(model({.format = AVIF_PIXEL_FORMAT_YUV420}), ColourModel::ycbcr);
  EXPECT_EQ(model({.depth = 10, .range = AVIF_RANGE_LIMITED}), ColourModel::ycbcr);
  EXPECT_EQ(model({.matrix = 1}), ColourModel::rgb);
  EXPECT_EQ(model({.alpha = true}), ColourModel::rgb);
  EXPECT_EQ(model({.format = AVIF_PIXEL_FORMAT_YUV420, .siting = AVIF_CHROMA_SAMPLE_POSITION_COLOCATED}),
            ColourModel::rgb);
  EXPECT_EQ(model({.format = AVIF_PIXEL_FORMAT_YUV400}), ColourModel::grey);
}

TEST(AvifDecode, MonochromeStaysGrey) {
  for (const int depth : {8, 10, 12}) {
    for (const bool alpha : {false, true}) {
      const AvifRecipe recipe{.depth = depth, .format = AVIF_PIXEL_FORMAT_YUV400, .alpha = alpha};
      const double most = (1 << depth) - 1;
      const Picture picture = decode(
          make_avif(recipe, test::AvifSamples([&](int p, double, double) { return most * (p == 0 ? 0.4 : 0.5); })));
      EXPECT_EQ(picture.model, ColourModel::grey);
      ASSERT_EQ(picture.planes.size(), alpha ? 2U : 1U);
      EXPECT_NEAR(middle_rgb(picture)[0], alpha ? 51 : 102, 0.8);
    }
  }
}

/// A gradient of chroma along both axes, the same at every siting: linear, so that interpolation is exact.
TEST(AvifDecode, ChromaLiesWhereTheFileSaysItDoes) {
  for (const auto format : {AVIF_PIXEL_FORMAT_YUV420, AVIF_PIXEL_FORMAT_YUV422}) {
    for (const auto siting : {AVIF_CHROMA_SAMPLE_POSITION_UNKNOWN, AVIF_CHROMA_SAMPLE_POSITION_VERTICAL,
                              AVIF_CHROMA_SAMPLE_POSITION_COLOCATED}) {
      AvifRecipe recipe{.width = 64, .height = 48, .format = format, .siting = siting};
      recipe.matrix = 1;  // by rows, whatever the siting
      const auto samples = [](int p, double x, double y) { return p == 0 ? 128 : p == 1 ? 60 + x : 180 - y; };
      const Picture picture = decode(make_avif(recipe, test::AvifSamples(samples)));
      ASSERT_EQ(picture.model, ColourModel::rgb);
      for (const auto& [x, y] : {std::pair{10, 10}, {11, 10}, {31, 20}, {40, 33}}) {
        const double u = 60 + x + 0.5 - 128, v = 180 - y - 0.5 - 128;
        EXPECT_NEAR(picture.planes[0].row<std::uint8_t>(y)[x], 128 + 1.5748 * v, 1.6)
            << siting << " at " << x << " " << y;
        EXPECT_NEAR(picture.planes[2].row<std::uint8_t>(y)[x], 128 + 1.8556 * u, 1.6)
            << siting << " at " << x << " " << y;
      }
    }
  }
}

TEST(AvifDecode, AlphaIsPremultipliedOnce) {
  for (const int depth : {8, 10}) {
    for (const bool premultiplied : {false, true}) {
      AvifRecipe recipe{.depth = depth, .matrix = 0, .alpha = true, .premultiplied = premultiplied};
      const double most = (1 << depth) - 1, alpha = 0.5, colour = premultiplied ? 0.8 * alpha : 0.8;
      Header header;
      const Picture picture = decode(
          make_avif(recipe, test::AvifSamples([&](int p, double, double) { return most * (p == 3 ? alpha : colour); })),
          1, &header);
      EXPECT_TRUE(header.alpha);
      EXPECT_EQ(header.bits, 16);
      ASSERT_TRUE(picture.premultiplied);
      EXPECT_NEAR(picture.planes[3].row<std::uint16_t>(3)[3] / 65535.0, alpha, 0.003);
      EXPECT_NEAR(picture.planes[0].row<std::uint16_t>(3)[3] / 65535.0, 0.8 * alpha, 0.004);
    }
  }
}

TEST(AvifDecode, RotationAndMirrorAreTheOrientationAndExifIsNot) {
  // Turned anticlockwise by angle × 90°, then mirrored; found by turning EXIF's eight by hand.
  const struct {
    int angle, mirror, orientation;
  } cases[] = {{0, -1, 1}, {1, -1, 8}, {2, -1, 3}, {3, -1, 6}, {0, 0, 4}, {0, 1, 2},
               {1, 0, 5},  {1, 1, 7},  {2, 0, 2},  {2, 1, 4},  {3, 0, 7}, {3, 1, 5}};
  for (const auto& c : cases) {
    AvifRecipe recipe;
    recipe.adjust = [&](avifImage& image) {
      const Bytes exif = test::tiff_block(6);
      avifRWDataSet(&image.exif, reinterpret_cast<const std::uint8_t*>(exif.data()), exif.size());
      image.transformFlags = AVIF_TRANSFORM_IROT | (c.mirror >= 0 ? AVIF_TRANSFORM_IMIR : AVIF_TRANSFORM_NONE);
      image.irot.angle = static_cast<std::uint8_t>(c.angle);
      image.imir.mode = static_cast<std::uint8_t>(std::max(c.mirror, 0));
    };
    EXPECT_EQ(header_of(make_avif(recipe, test::AvifSamples([](int, double, double) { return 9; }))).orientation,
              c.orientation)
        << c.angle << " " << c.mirror;
  }
  AvifRecipe plain;
  plain.adjust = [](avifImage& image) {
    const Bytes exif = test::tiff_block(6);
    avifRWDataSet(&image.exif, reinterpret_cast<const std::uint8_t*>(exif.data()), exif.size());
  };
  EXPECT_EQ(header_of(make_avif(plain, test::AvifSamples([](int, double, double) { return 9; }))).orientation, 1);
}

TEST(AvifDecode, TheCleanApertureIsCutOut) {
  for (const bool alpha : {false, true}) {
    AvifRecipe recipe{.alpha = alpha};
    recipe.adjust = [](avifImage& image) {
      image.transformFlags = AVIF_TRANSFORM_CLAP;
      image.clap = {20, 1, 10, 1, 2, 1, static_cast<std::uint32_t>(-4), 1};  // centred at +2, −4: from (12, 6)
    };
    const auto samples = [](int p, double x, double y) { return p == 0 ? 2 * x + 3 * y : p == 3 ? 255 : 128; };
    const Picture picture = decode(make_avif(recipe, test::AvifSamples(samples)));
    EXPECT_EQ(picture.width, 20);
    EXPECT_EQ(picture.height, 10);
    EXPECT_NEAR(middle_rgb(picture)[0], 2 * (12 + 10.5) + 3 * (6 + 5.5), 1);
  }
}

TEST(AvifDecode, ColoursAreThoseOfTheProfileElseOfNclx) {
  const auto colours = [](const AvifRecipe& recipe) {
    return header_of(make_avif(recipe, test::AvifSamples([](int, double, double) { return 9; }))).colours;
  };
  const auto p3 = colours({.primaries = 12, .transfer = 13}).encoding;
  ASSERT_TRUE(p3);
  EXPECT_NEAR(p3->chromaticities.red.x, 0.680, 1e-9);
  EXPECT_EQ(p3->curve, TransferCurve::srgb);
  EXPECT_FALSE(colours({.primaries = 2, .transfer = 2}).encoding);
  AvifRecipe recipe{.primaries = 12};
  recipe.adjust = [](avifImage& image) {
    avifImageSetProfileICC(&image, reinterpret_cast<const std::uint8_t*>("profile"), 7);
  };
  EXPECT_EQ(colours(recipe).profile.size(), 7U);
  EXPECT_FALSE(colours(recipe).encoding);
}

TEST(AvifDecode, ASequenceGivesItsFirstFrame) {
  AvifRecipe recipe{.frames = 3};
  const Bytes file = make_avif(recipe, [](int frame) {
    return test::AvifSamples([=](int p, double, double) { return p == 0 ? 50 + 60 * frame : 128; });
  });
  const Picture picture = decode(file);
  EXPECT_EQ(picture.width, 40);
  EXPECT_NEAR(middle_rgb(picture)[0], 50, 1);
}

TEST(AvifDecode, ShrunkPlanesAreMeansOfBoxesWhicheverWayTheyGo) {
  for (const int matrix : {6, 1}) {
    const AvifRecipe recipe{.width = 45, .height = 31, .format = AVIF_PIXEL_FORMAT_YUV420, .matrix = matrix};
    const auto samples = [](int p, double x, double y) { return p == 0 ? 3 * x + 2 * y : 110 + x; };
    const Bytes file = make_avif(recipe, test::AvifSamples(samples));
    const Picture full = decode(file);
    for (const int shrink : {2, 3, 7, 64}) {
      const Picture small = decode(file, shrink);
      EXPECT_EQ(small.planes[0].width, (45 + shrink - 1) / shrink);
      EXPECT_EQ(small.planes[0].pitch_x, shrink);
      for (const Plane& plane : small.planes) {
        EXPECT_GE(plane.width * plane.pitch_x, 45);
        EXPECT_GE(plane.height * plane.pitch_y, 31);
      }
      double sum = 0;
      const int rows = std::min(shrink, 31), columns = std::min(shrink, 45);
      for (int y = 0; y < rows; ++y)
        for (int x = 0; x < columns; ++x) sum += full.planes[0].row<std::uint8_t>(y)[x];
      EXPECT_NEAR(small.planes[0].row<std::uint8_t>(0)[0], sum / (rows * columns), 0.51);
    }
  }
}

TEST(AvifDecode, OnePassGivesThePlanesOfSeveral) {
  const std::vector<Scale> scales{{1}, {3}, {8, true}};
  for (const bool alpha : {false, true}) {
    const AvifRecipe recipe{.width = 45, .height = 31, .alpha = alpha};
    const auto samples = [](int p, double x, double y) { return p == 0 ? 3 * x + 2 * y : 110 + x; };
    const Bytes bytes = make_avif(recipe, test::AvifSamples(samples));
    MemorySource source(bytes);
    const auto decoder = open_picture(source, Limits{});
    ASSERT_TRUE(decoder->decodes_together(FailOn::none));
    const std::vector<Picture> together = decoder->decode_together(scales, FailOn::none);
    ASSERT_EQ(together.size(), scales.size());
    for (std::size_t i = 0; i < scales.size(); ++i)
      EXPECT_EQ(samples_of(together[i]), samples_of(decoder->decode(scales[i], FailOn::none))) << alpha << i;
  }
}

TEST(AvifDecode, PiecesGiveTheSamePixels) {
  for (const bool alpha : {false, true}) {
    const Bytes bytes = make_avif({.width = 90, .height = 70, .alpha = alpha}, test::AvifSamples(test::texture()));
    for (const std::size_t piece : {1, 7, 1000}) {
      test::PieceSource source(bytes, piece);
      const auto decoder = open_picture(source, Limits{});
      EXPECT_EQ(samples_of(decoder->decode({2}, FailOn::truncated)), samples_of(decode(bytes, 2)));
      EXPECT_EQ(samples_of(decoder->decode({1}, FailOn::truncated)), samples_of(decode(bytes))) << "a second time";
    }
  }
}

TEST(AvifFaults, EveryPrefixIsTruncated) {
  for (const bool alpha : {false, true}) {
    const Bytes whole = make_avif({.width = 96, .height = 80, .alpha = alpha}, test::AvifSamples(test::texture()));
    for (std::size_t size = 32; size < whole.size(); size += 1 + size / 10) {
      const Bytes prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_EQ(fault_of(prefix), "truncated") << size << " of " << whole.size();
    }
  }
}

TEST(AvifFaults, WhatEndsBehindItsPixelsIsAPictureWithAWarning) {
  const Bytes whole = make_avif({.width = 96, .height = 80}, test::AvifSamples(test::texture()));
  const auto with = [&](std::string_view end) {
    Bytes bytes = whole;
    const auto* begin = reinterpret_cast<const std::byte*>(end.data());
    bytes.insert(bytes.end(), begin, begin + end.size());
    return bytes;
  };
  const struct {
    const char* title;
    Bytes bytes;
    bool warns;
  } cases[] = {
      {"a box that is whole",
       with(std::string_view("\0\0\0\x0C"
                             "free\0\0\0\0",
                             12)),
       false},
      {"a box that is cut short",
       with(std::string_view("\0\0\0\x40"
                             "free\0\0\0\0",
                             12)),
       true},
      {"zeros", with(std::string(50, '\0')), false},
      {"text", with("and so on and so on"), false},
      {"a few bytes", with("abc"), false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.title);
    MemorySource source(c.bytes);
    const auto decoder = open_picture(source, Limits{});
    EXPECT_EQ(samples_of(decoder->decode({1}, FailOn::truncated)), samples_of(decode(whole)));
    EXPECT_EQ(decoder->warnings().size(), c.warns ? 1U : 0U);
    if (!c.warns) continue;
    EXPECT_THROW(decoder->decode({1}, FailOn::warning), Error);
  }
}

TEST(AvifFaults, GarbledDataIsCorrupt) {
  Bytes bytes = make_avif({.width = 96, .height = 80}, test::AvifSamples(test::texture()));
  const std::string_view data = "mdat";
  const auto at = std::search(bytes.begin(), bytes.end(), data.begin(), data.end(),
                              [](std::byte b, char c) { return std::to_integer<char>(b) == c; });
  ASSERT_NE(at, bytes.end());
  std::fill(at + 4, at + 200, std::byte{0x5A});
  EXPECT_EQ(fault_of(bytes), "corrupt");
}

TEST(AvifFaults, LimitsAreKept) {
  const Bytes bytes = make_avif({.width = 96, .height = 80}, test::AvifSamples(test::texture()));
  Limits limits;
  limits.input_pixels = 96 * 80;
  EXPECT_EQ(fault_of(bytes, limits), "");
  limits.input_pixels = 96 * 80 - 1;
  EXPECT_EQ(fault_of(bytes, limits), "too-large");
  limits = {};
  limits.seconds = 1e-9;
  EXPECT_EQ(fault_of(bytes, limits), "too-slow");
}

TEST(AvifFaults, AMatrixThatNobodyKnowsIsUnsupported) {
  const AvifRecipe recipe{.matrix = AVIF_MATRIX_COEFFICIENTS_ICTCP};
  EXPECT_EQ(fault_of(make_avif(recipe, test::AvifSamples([](int, double, double) { return 90; }))), "unsupported");
}

}  // namespace
}  // namespace thumbs::image
