// Printed ink: close to sharp's result, neutral for black alone, darker with more ink.
#include "image/colour/ink_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "image/codec/codec.h"
#include "image/thumbnail.h"
#include "support/pictures.h"
#include "unit/image/colour/profiles.h"

namespace thumbs::image {
namespace {

using test::make_picture;

using Inks = std::array<int, 4>;  ///< 255 is full
using Rgb = std::array<int, 3>;

/// All at once, a column each.
std::vector<Rgb> printed(const std::vector<Inks>& inks) {
  const auto ink = [&](int c, double x, double) {
    return 255 - inks[static_cast<std::size_t>(x)][static_cast<std::size_t>(c)];
  };
  Picture picture = make_picture(ColourModel::cmyk, static_cast<int>(inks.size()), 1, ink);
  printed_ink()->apply(picture);
  EXPECT_EQ(picture.model, ColourModel::rgb);
  EXPECT_EQ(picture.planes.size(), 3U);
  std::vector<Rgb> colours;
  for (std::size_t x = 0; x < inks.size(); ++x) {
    Rgb& colour = colours.emplace_back();
    for (std::size_t c = 0; c < 3; ++c) colour[c] = picture.planes[c].row<std::uint8_t>(0)[x];
  }
  return colours;
}

/// CIE 1976 from sRGB, of its own white.
std::array<double, 3> lab_of(const Rgb& rgb) {
  constexpr double k_matrix[3][3] = {
      {0.4124564, 0.3575761, 0.1804375}, {0.2126729, 0.7151522, 0.0721750}, {0.0193339, 0.1191920, 0.9503041}};
  std::array<double, 3> f{};
  for (std::size_t i = 0; i < 3; ++i) {
    double sum = 0, white = 0;
    for (std::size_t c = 0; c < 3; ++c) {
      const double v = rgb[c] / 255.0;
      sum += k_matrix[i][c] * (v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4));
      white += k_matrix[i][c];
    }
    const double ratio = sum / white;
    f[i] = ratio > 216.0 / 24389 ? std::cbrt(ratio) : (24389.0 / 27 * ratio + 16) / 116;
  }
  return {116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])};
}

double difference(const Rgb& a, const Rgb& b) {
  const auto first = lab_of(a), second = lab_of(b);
  return std::hypot(first[0] - second[0], first[1] - second[1], first[2] - second[2]);
}

/// What sharp 0.35 gave for TIFFs of these inks, without a profile.
const struct {
  Inks inks;
  Rgb rgb;
} k_measured[] = {
    {{0, 0, 0, 0}, {255, 255, 255}},       {{255, 0, 0, 0}, {0, 153, 227}},      {{0, 255, 0, 0}, {234, 0, 128}},
    {{255, 255, 0, 0}, {32, 6, 117}},      {{0, 0, 255, 0}, {255, 240, 0}},      {{255, 0, 255, 0}, {0, 141, 45}},
    {{0, 255, 255, 0}, {232, 0, 0}},       {{255, 255, 255, 0}, {33, 17, 31}},   {{0, 0, 0, 51}, {198, 197, 196}},
    {{0, 0, 0, 102}, {155, 155, 154}},     {{0, 0, 0, 153}, {115, 113, 112}},    {{0, 0, 0, 204}, {71, 68, 66}},
    {{0, 0, 0, 255}, {20, 5, 0}},          {{51, 0, 0, 0}, {186, 227, 250}},     {{102, 0, 0, 0}, {126, 202, 241}},
    {{153, 0, 0, 0}, {40, 184, 235}},      {{0, 102, 0, 0}, {248, 158, 194}},    {{0, 153, 0, 0}, {242, 117, 169}},
    {{0, 0, 102, 0}, {255, 248, 153}},     {{0, 0, 153, 0}, {255, 245, 107}},    {{51, 102, 102, 0}, {196, 144, 132}},
    {{153, 102, 102, 0}, {105, 124, 131}}, {{204, 153, 153, 102}, {46, 62, 64}}, {{102, 204, 255, 51}, {132, 59, 15}},
    {{255, 204, 51, 51}, {0, 46, 103}},    {{51, 0, 204, 102}, {135, 140, 48}},  {{0, 153, 51, 153}, {118, 65, 78}},
    {{102, 102, 0, 51}, {129, 121, 158}},  {{204, 204, 204, 0}, {74, 56, 57}},   {{153, 0, 255, 153}, {53, 88, 1}},
};

TEST(InkModel, IsNearToWhatSharpMakesOfInks) {
  std::vector<Inks> inks;
  for (const auto& [ink, rgb] : k_measured) inks.push_back(ink);
  const std::vector<Rgb> colours = printed(inks);
  double sum = 0;
  for (std::size_t i = 0; i < inks.size(); ++i) {
    const double off = difference(colours[i], k_measured[i].rgb);
    EXPECT_LT(off, 12) << i;
    sum += off;
  }
  EXPECT_LT(sum / static_cast<double>(inks.size()), 6);
}

TEST(InkModel, PaperIsWhiteAndBlackInkIsGrey) {
  std::vector<Inks> inks;
  for (int k = 0; k < 256; ++k) inks.push_back({0, 0, 0, k});
  const std::vector<Rgb> colours = printed(inks);
  EXPECT_EQ(colours.front(), (Rgb{255, 255, 255}));
  EXPECT_EQ(colours.back(), (Rgb{0, 0, 0}));
  for (std::size_t k = 0; k < colours.size(); ++k) {
    EXPECT_EQ(colours[k][0], colours[k][1]);
    EXPECT_EQ(colours[k][0], colours[k][2]);
    if (k >= 4) {
      EXPECT_LT(colours[k][0], colours[k - 4][0]) << k;
    }
  }
}

TEST(InkModel, MoreInkIsNeverLighter) {
  constexpr std::array k_levels = {0, 30, 64, 101, 140, 180, 219, 255};
  std::vector<Inks> inks;
  for (const int c : k_levels)
    for (const int m : k_levels)
      for (const int y : k_levels)
        for (const int k : k_levels) inks.push_back({c, m, y, k});
  const std::vector<Rgb> colours = printed(inks);
  for (std::size_t i = 0; i < inks.size(); ++i) {
    for (std::size_t step = 1; step <= 512; step *= 8)
      if (i / step % 8 > 0) {
        EXPECT_LE(lab_of(colours[i])[0], lab_of(colours[i - step])[0] + 0.3) << i << " " << step;
      }
  }
}

/// Every way in which a JPEG stores inks, to the same colours; a profile that is broken too.
TEST(InkModel, InksOfEveryPolarityAreTheSame) {
  struct Case {
    const char* title;
    J_COLOR_SPACE space;
    bool adobe;
    bool broken_profile;
  };
  const Inks inks = {220, 60, 20, 30};
  const Rgb wanted = printed({inks})[0];
  test::Bytes broken = test::cmyk_profile();
  broken.resize(400);
  for (const Case& c : {Case{"Adobe", JCS_CMYK, true, false}, Case{"YCCK", JCS_YCCK, true, false},
                        Case{"no marker", JCS_CMYK, false, false}, Case{"broken profile", JCS_CMYK, true, true}}) {
    for (const ColourMode mode : {ColourMode::srgb, ColourMode::keep}) {
      for (const bool linear : {false, true}) {
        SCOPED_TRACE(std::string(c.title) + (linear ? " in light" : ""));
        test::JpegRecipe recipe{.space = c.space, .quality = 100, .adobe_marker = c.adobe};
        if (c.broken_profile) recipe.app2 = test::profile_segments(broken);
        const auto stored = [&](int i, double, double) {
          const int ink = inks[static_cast<std::size_t>(i)];
          return c.adobe ? 255 - ink : ink;
        };
        const test::Bytes bytes = test::make_jpeg(recipe, stored);
        MemorySource source(bytes);
        const auto decoder = open_picture(source, Limits{});
        Variant settings;
        settings.width = settings.height = 16;
        settings.format = OutputFormat::png;
        settings.colour = mode;
        settings.linear = linear;
        settings.background = Colour{};
        const ThumbnailPlan plan = plan_thumbnail(*decoder, settings);
        EXPECT_EQ(plan.warning.empty(), !c.broken_profile) << plan.warning;
        EXPECT_TRUE(plan.profile.empty());
        const Thumbnail made = make_thumbnail(decoder->decode(plan.scale(), FailOn::truncated), plan, settings);
        MemorySource back(made.bytes);
        const Picture picture = open_picture(back, Limits{})->decode({1}, FailOn::warning);
        ASSERT_EQ(picture.planes.size(), 3U);
        for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(picture.planes[i].row<std::uint8_t>(5)[5], wanted[i], 3) << i;
      }
    }
  }
}

}  // namespace
}  // namespace thumbs::image
