// JPEG: planes have the right size, pitch and values at every factor; what is refused, accepted and written.
#include "image/codec/jpeg/jpeg.h"

#include <gtest/gtest.h>

#include <cmath>

#include "image/codec/codec.h"
#include "support/pictures.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::gradient;
using test::JpegRecipe;
using test::make_jpeg;
using test::Pattern;
using test::PieceSource;
using test::samples_of;
using test::Sampling;

Picture decode(const Bytes& bytes, int shrink = 1, FailOn fail_on = FailOn::truncated) {
  MemorySource source(bytes);
  return open_picture(source, Limits{})->decode({shrink}, fail_on);
}

/// How far the planes are from the pattern, at most, looking where each sample's centre lies.
double distance(const Picture& picture, const Pattern& pattern) {
  double worst = 0;
  for (std::size_t c = 0; c < picture.planes.size(); ++c) {
    const Plane& plane = picture.planes[c];
    for (int y = 0; y < plane.height; ++y) {
      for (int x = 0; x < plane.width; ++x) {
        // At the edge a sample covers less than its pitch: what lies beyond the picture is the encoder's.
        if ((x + 1) * plane.pitch_x > picture.width || (y + 1) * plane.pitch_y > picture.height) continue;
        const double expected = pattern(static_cast<int>(c), (x + 0.5) * plane.pitch_x, (y + 0.5) * plane.pitch_y);
        worst = std::max(worst, std::abs(expected - plane.row<std::uint8_t>(y)[x]));
      }
    }
  }
  return worst;
}

struct Stored {
  const char* title;
  JpegRecipe recipe;
  ColourModel model;
};

const Stored k_stored[] = {
    {"4:2:0", {.width = 133, .height = 71, .sampling = {{2, 2}}}, ColourModel::ycbcr},
    {"4:2:2", {.width = 133, .height = 71, .sampling = {{2, 1}}}, ColourModel::ycbcr},
    {"4:4:0", {.width = 133, .height = 71, .sampling = {{1, 2}}}, ColourModel::ycbcr},
    {"4:4:4", {.width = 133, .height = 71}, ColourModel::ycbcr},
    {"4:1:1", {.width = 133, .height = 71, .sampling = {{4, 1}}}, ColourModel::ycbcr},
    {"4:1:0", {.width = 133, .height = 71, .sampling = {{4, 2}}}, ColourModel::ycbcr},
    {"chroma finer than luma", {.width = 133, .height = 71, .sampling = {{1, 1}, {2, 2}}}, ColourModel::ycbcr},
    {"fractional sampling", {.width = 133, .height = 71, .sampling = {{3, 1}, {2, 1}, {1, 1}}}, ColourModel::ycbcr},
    {"progressive", {.width = 133, .height = 71, .sampling = {{2, 2}}, .progressive = true}, ColourModel::ycbcr},
    {"arithmetic", {.width = 133, .height = 71, .sampling = {{2, 2}}, .arithmetic = true}, ColourModel::ycbcr},
    {"restart markers", {.width = 133, .height = 71, .sampling = {{2, 2}}, .restart_rows = 1}, ColourModel::ycbcr},
    {"grey", {.width = 133, .height = 71, .space = JCS_GRAYSCALE}, ColourModel::grey},
    {"grey, odd sampling",
     {.width = 133, .height = 71, .space = JCS_GRAYSCALE, .sampling = {{2, 2}}},
     ColourModel::grey},
    {"RGB", {.width = 133, .height = 71, .space = JCS_RGB}, ColourModel::rgb},
    {"RGB by component ids", {.width = 133, .height = 71, .space = JCS_RGB, .adobe_marker = false}, ColourModel::rgb},
    {"one pixel", {.width = 1, .height = 1, .sampling = {{2, 2}}}, ColourModel::ycbcr},
    {"one column", {.width = 1, .height = 300, .sampling = {{2, 2}}}, ColourModel::ycbcr},
    {"one row", {.width = 300, .height = 1, .sampling = {{2, 2}}}, ColourModel::ycbcr},
};

TEST(Jpeg, PlanesHoldThePictureAtEveryFactor) {
  for (const Stored& stored : k_stored) {
    const JpegRecipe& recipe = stored.recipe;
    const Pattern pattern = gradient(recipe.width, recipe.height);
    const Bytes bytes = make_jpeg(recipe, pattern);
    for (const int shrink : {1, 2, 4, 8}) {
      SCOPED_TRACE(std::string(stored.title) + " by " + std::to_string(shrink));
      const Picture picture = decode(bytes, shrink, FailOn::warning);
      EXPECT_EQ(picture.model, stored.model);
      EXPECT_EQ(picture.width, recipe.width);
      EXPECT_EQ(picture.height, recipe.height);
      ASSERT_EQ(static_cast<int>(picture.planes.size()), colour_planes(stored.model));
      for (const Plane& plane : picture.planes) {
        EXPECT_EQ(plane.width, std::ceil(recipe.width / plane.pitch_x));
        EXPECT_EQ(plane.height, std::ceil(recipe.height / plane.pitch_y));
      }
      EXPECT_LT(distance(picture, pattern), 4);
    }
  }
}

TEST(Jpeg, ScaledChromaIsNotUpsampled) {
  struct Case {
    int shrink;
    double luma, chroma;
  };
  const Bytes bytes = make_jpeg({.width = 64, .height = 64, .sampling = {{2, 2}}}, gradient(64, 64));
  for (const Case& c : {Case{1, 1, 2}, Case{2, 2, 2}, Case{4, 4, 4}, Case{8, 8, 8}}) {
    SCOPED_TRACE(c.shrink);
    const Picture picture = decode(bytes, c.shrink);
    EXPECT_EQ(picture.planes[0].pitch_x, c.luma);
    EXPECT_EQ(picture.planes[1].pitch_x, c.chroma);
    EXPECT_EQ(picture.planes[2].pitch_y, c.chroma);
  }
}

TEST(Jpeg, CmykComesWith255ForNoInk) {
  struct Case {
    const char* title;
    J_COLOR_SPACE space;
    bool adobe;
  };
  const Pattern pattern = gradient(100, 60);
  for (const Case& c : {Case{"CMYK of Adobe", JCS_CMYK, true}, Case{"YCCK of Adobe", JCS_YCCK, true},
                        Case{"CMYK without a marker", JCS_CMYK, false}}) {
    const Bytes bytes = make_jpeg({.width = 100, .height = 60, .space = c.space, .adobe_marker = c.adobe}, pattern);
    const Pattern expected = [&](int plane, double x, double y) {
      return c.adobe ? pattern(plane, x, y) : 255 - pattern(plane, x, y);
    };
    for (const int shrink : {1, 2, 4, 8}) {
      SCOPED_TRACE(std::string(c.title) + " by " + std::to_string(shrink));
      const Picture picture = decode(bytes, shrink);
      EXPECT_EQ(picture.model, ColourModel::cmyk);
      ASSERT_EQ(picture.planes.size(), 4U);
      EXPECT_EQ(picture.planes[3].pitch_x, shrink);
      EXPECT_LT(distance(picture, expected), 5);
    }
  }
}

TEST(Jpeg, HeaderSaysWhatIsStored) {
  const Bytes bytes =
      make_jpeg({.width = 33, .height = 77, .progressive = true, .app1 = {test::exif_segment(6)}}, gradient(33, 77));
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  const Header& header = decoder->header();
  EXPECT_EQ(header.format, FileFormat::jpeg);
  EXPECT_EQ(header.width, 33);
  EXPECT_EQ(header.height, 77);
  EXPECT_EQ(header.orientation, 6);
  EXPECT_EQ(header.bits, 8);
  EXPECT_FALSE(header.alpha);
  EXPECT_TRUE(header.progressive);
}

TEST(Jpeg, OrientationIsThatOfTheFirstReadableExif) {
  const Bytes broken = [] {
    Bytes segment = test::exif_segment(3);
    segment[6] = std::byte{'X'};
    return segment;
  }();
  const Bytes xmp(100, std::byte{'x'});
  struct Case {
    const char* title;
    std::vector<Bytes> app1;
    int expected;
  };
  const Case cases[] = {
      {"none", {}, 1},
      {"one", {test::exif_segment(8)}, 8},
      {"XMP before", {xmp, test::exif_segment(5)}, 5},
      {"two", {test::exif_segment(1), test::exif_segment(6)}, 1},
      {"a broken one before", {broken, test::exif_segment(6)}, 6},
      {"empty segments", {Bytes{}, Bytes{}}, 1},
      {"cut short", {Bytes(broken.begin(), broken.begin() + 7)}, 1},
      {"as large as can be", {Bytes(65533, std::byte{'E'}), test::exif_segment(2)}, 2},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    const Bytes bytes = make_jpeg({.app1 = c.app1}, gradient(64, 48));
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1000000}}) {
      PieceSource source(bytes, piece);
      EXPECT_EQ(open_picture(source, Limits{})->header().orientation, c.expected);
    }
  }
}

TEST(Jpeg, FactorIsTheLargestThatIsAllowed) {
  const Bytes bytes = make_jpeg({}, gradient(64, 48));
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  for (const auto& [allowed, expected] :
       {std::pair{1.0, 1}, {1.99, 1}, {2.0, 2}, {3.9, 2}, {4.0, 4}, {7.99, 4}, {8.0, 8}, {1000.0, 8}})
    EXPECT_EQ(decoder->shrink_for(allowed), expected) << allowed;
}

TEST(Jpeg, PiecesAndRepeatsGiveTheSamePlanes) {
  for (const bool progressive : {false, true}) {
    const Bytes bytes =
        make_jpeg({.width = 200, .height = 150, .sampling = {{2, 2}}, .progressive = progressive}, test::texture());
    const auto expected = samples_of(decode(bytes, 2));
    for (const std::size_t piece : {1U, 2U, 7U, 1000U}) {
      SCOPED_TRACE(piece);
      PieceSource source(bytes, piece);
      const auto decoder = open_picture(source, Limits{});
      EXPECT_EQ(samples_of(decoder->decode({2}, FailOn::truncated)), expected);
      EXPECT_EQ(samples_of(decoder->decode({8}, FailOn::truncated)), samples_of(decode(bytes, 8)));
      EXPECT_EQ(samples_of(decoder->decode({2}, FailOn::truncated)), expected);
      EXPECT_TRUE(decoder->warnings().empty());
    }
  }
}

TEST(Jpeg, MemoryNeededCoversPlanesAndCoefficients) {
  const JpegRecipe recipe{.width = 800, .height = 600, .sampling = {{2, 2}}};
  JpegRecipe progressive = recipe;
  progressive.progressive = true;
  const Bytes one = make_jpeg(recipe, gradient(800, 600)), many = make_jpeg(progressive, gradient(800, 600));
  MemorySource one_source(one), many_source(many);
  const auto one_decoder = open_picture(one_source, Limits{}), many_decoder = open_picture(many_source, Limits{});
  for (const int shrink : {1, 2, 4, 8}) {
    SCOPED_TRACE(shrink);
    std::uint64_t planes = 0;
    for (const Plane& plane : one_decoder->decode({shrink}, FailOn::truncated).planes) planes += plane.bytes();
    EXPECT_GE(one_decoder->memory_needed({shrink}, FailOn::truncated), planes);
    EXPECT_LT(one_decoder->memory_needed({shrink}, FailOn::truncated), planes * 5 / 4 + (512 << 10));
    EXPECT_GE(many_decoder->memory_needed({shrink}, FailOn::truncated), planes + 800 * 600 * 3 / 2 * 2);
  }
}

TEST(Jpeg, AnImpossibleFactorIsABugOfOurs) {
  const Bytes bytes = make_jpeg({}, gradient(64, 48));
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  for (const int shrink : {0, 3, 16, -1}) EXPECT_THROW(decoder->decode({shrink}, FailOn::none), Error) << shrink;
}

TEST(Jpeg, NamesItsLibrary) { EXPECT_EQ(jpeg_library().find("libjpeg-turbo "), 0U); }

}  // namespace
}  // namespace thumbs::image
