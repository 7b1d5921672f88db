// Resizing in linear light: compared with a reference in double precision, for every model; and what must not change.
#include "image/resize/linear_light.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "image/thumbnail.h"
#include "support/pictures.h"
#include "unit/image/resize/resize_support.h"

namespace thumbs::image {
namespace {

using test::make_plane;
using test::sample;
using test::whole;

double to_light(double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); }
double to_srgb(double v) { return v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055; }

Variant recipe(int width, int height, Fit fit = Fit::fill) {
  Variant v;
  v.width = width;
  v.height = height;
  v.fit = fit;
  v.linear = true;
  v.format = OutputFormat::png;
  v.quality = 100;
  v.chroma_subsampling = ChromaSubsampling::s444;
  v.background = Colour{};
  return v;
}

/// From a file's bytes to a thumbnail's pixels.
Picture made_from(const test::Bytes& bytes, const Variant& settings) {
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  const ThumbnailPlan plan = plan_thumbnail(*decoder, settings);
  const Thumbnail thumbnail = make_thumbnail(decoder->decode(plan.scale(), FailOn::truncated), plan, settings);
  MemorySource back(thumbnail.bytes);
  return open_picture(back, Limits{})->decode({1}, FailOn::warning);
}

TEST(LinearLight, TablesAreTheFormulaRounded) {
  for (int i = 0; i <= 65535; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double light = to_light(i / 65535.0) * 65535, stored = to_srgb(i / 65535.0) * 65535;
    ASSERT_NEAR(light_of_srgb()[at], light, 0.5001) << i;
    ASSERT_NEAR(srgb_of_light()[at], stored, 0.5001) << i;
    // No value is so near to a half that a machine's last bits could round it the other way.
    ASSERT_GT(std::abs(light - std::floor(light) - 0.5), 1e-9) << i;
    ASSERT_GT(std::abs(stored - std::floor(stored) - 0.5), 1e-9) << i;
  }
  for (std::size_t v = 0; v < 256; ++v) {
    EXPECT_EQ((srgb_of_light()[light_of_srgb()[v * 257]] + 128U) / 257, v);
  }
}

TEST(LinearLight, AgreesWithDoublePrecision) {
  std::mt19937 random(1);
  for (const Kernel kernel : test::k_kernels) {
    for (const Size out : {Size{37, 29}, Size{150, 90}, Size{1, 1}, Size{80, 21}}) {
      for (const int bytes : {1, 2}) {
        for (const int exif : {1, 6}) {
          SCOPED_TRACE("kernel " + std::to_string(static_cast<int>(kernel)) + " to " + std::to_string(out.width) +
                       " bytes " + std::to_string(bytes) + " orientation " + std::to_string(exif));
          const Orientation orientation = orientation_from_exif(exif);
          Picture stored = test::grey_picture(test::noise_plane(random, 80, 60, bytes));
          const int full = bytes == 1 ? 255 : 65535;
          const Picture light = test::grey_picture(make_plane(80, 60, 2, [&](int x, int y) {
            return static_cast<int>(std::lround(to_light(sample(stored.planes[0], x, y) * 1.0 / full) * 65535));
          }));
          const Picture got = resize_in_light(stored, orientation, whole(out), kernel, nullptr);
          const auto wanted = test::reference_resize(light, 0, orientation, whole(out), kernel, 1, 1);
          for (int y = 0; y < out.height; ++y) {
            for (int x = 0; x < out.width; ++x) {
              const double value =
                  to_srgb(wanted[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] / 65535) * 255;
              ASSERT_NEAR(std::floor(sample(got.planes[0], x, y) / 257.0 + 0.5), value, 1) << x << ',' << y;
            }
          }
        }
      }
    }
  }
}

TEST(LinearLight, BlackAndWhiteMeetAtTheGreyOfHalfTheLight) {
  const auto lines = [](int, double x, double) { return static_cast<int>(x) % 2 * 255.0; };
  for (const auto& [name, pattern] :
       {std::pair<const char*, test::Pattern>{"checkerboard", test::checkerboard(1)}, {"lines", lines}}) {
    SCOPED_TRACE(name);
    test::JpegRecipe grey{.width = 256, .height = 256, .space = JCS_GRAYSCALE, .quality = 100};
    test::JpegRecipe colour{.width = 256, .height = 256, .space = JCS_RGB, .quality = 100};
    for (const auto& bytes :
         {test::make_png(256, 256, pattern),
          test::make_png(
              256, 256, [&](int c, double x, double y) { return c == 3 ? 255.0 : pattern(0, x, y); }, true),
          test::make_jpeg(grey, pattern), test::make_jpeg(colour, pattern)}) {
      for (const OutputFormat format : {OutputFormat::png, OutputFormat::jpeg}) {
        for (const Kernel kernel : {Kernel::lanczos3, Kernel::box, Kernel::cubic}) {
          Variant settings = recipe(16, 16);
          settings.format = format;
          settings.kernel = kernel;
          const Picture in_light = made_from(bytes, settings);
          EXPECT_NEAR(sample(in_light.planes[0], 8, 8) >> 8 * (in_light.bytes_per_sample() - 1), 188, 2);
          settings.linear = false;
          const Picture plain = made_from(bytes, settings);
          EXPECT_NEAR(sample(plain.planes[0], 8, 8) >> 8 * (plain.bytes_per_sample() - 1), 128, 2);
        }
      }
    }
  }
}

TEST(LinearLight, ChromaOfEverySamplingEndsUpTheSame) {
  // Left red, right green: smooth away from the edge, whatever the sampling.
  const auto pattern = [](int c, double x, double) {
    const double red[] = {76, 85, 255}, green[] = {150, 44, 21};
    return x < 64 ? red[c] : green[c];
  };
  test::JpegRecipe recipe_444{.width = 128, .height = 64, .quality = 100};
  const Picture full = made_from(test::make_jpeg(recipe_444, pattern), recipe(32, 16));
  for (const test::Sampling sampling : {test::Sampling{2, 2}, {2, 1}, {1, 2}, {4, 1}}) {
    test::JpegRecipe sub = recipe_444;
    sub.sampling = {sampling, {1, 1}, {1, 1}};
    const Picture got = made_from(test::make_jpeg(sub, pattern), recipe(32, 16));
    ASSERT_EQ(got.planes.size(), 3U);
    for (std::size_t c = 0; c < 3; ++c)
      for (const int x : {0, 5, 11, 20, 27, 31})
        EXPECT_NEAR(sample(got.planes[c], x, 8), sample(full.planes[c], x, 8), 2);
  }
}

TEST(LinearLight, AlphaWeighsLight) {
  // White, half clear, beside opaque black: the mean of the light by alpha is a third.
  const auto pattern = [](int c, double x, double) {
    const bool odd = static_cast<int>(x) % 2 == 1;
    return c == 3 ? (odd ? 128.0 : 255.0) : (odd ? 255.0 : 0.0);
  };
  Variant settings = recipe(8, 8);
  settings.kernel = Kernel::box;
  const Picture got = made_from(test::make_png(64, 64, pattern, true), settings);
  const double alpha = sample(got.planes.back(), 4, 4) / 65535.0;
  EXPECT_NEAR(alpha, (255 + 128) / 510.0, 0.003);
  EXPECT_NEAR(sample(got.planes[0], 4, 4) / 65535.0 / alpha * 255, to_srgb(128.0 / 383) * 255, 1.5);
}

TEST(LinearLight, SixteenBitsAreReducedAfterTheResize) {
  // Steps far below one of 255, in the dark: rounded before, all of it would be the same.
  test::PngBuilder png;
  const auto samples = [](int, int x, int) { return x % 4 == 0 ? 257U * 2 : 0U; };
  png.ihdr(64, 64, 16, 0).idat(test::png_rows(64, 64, 16, 0, false, samples)).iend();
  const test::Bytes bytes = png.bytes();
  MemorySource stable(bytes);
  const auto decoder = open_picture(stable, Limits{});
  const ThumbnailPlan plan = plan_thumbnail(*decoder, recipe(16, 16));
  EXPECT_TRUE(plan.scale().deep);
  EXPECT_EQ(decoder->decode(plan.scale(), FailOn::warning).bytes_per_sample(), 2);
  EXPECT_EQ(decoder->decode({1}, FailOn::warning).bytes_per_sample(), 1);
}

TEST(LinearLight, NothingIsShrunkOnLoadAndNothingScaledIsTouched) {
  const test::Bytes jpeg = test::make_jpeg({.width = 640, .height = 480}, test::texture());
  MemorySource source(jpeg);
  const auto decoder = open_picture(source, Limits{});
  EXPECT_EQ(plan_thumbnail(*decoder, recipe(32, 24)).shrink, 1);
  EXPECT_TRUE(plan_thumbnail(*decoder, recipe(32, 24)).in_light);
  EXPECT_FALSE(plan_thumbnail(*decoder, recipe(640, 480)).in_light);
  const test::Bytes png = test::make_png(40, 30, test::texture());
  Variant plain = recipe(40, 30), light = plain;
  plain.linear = false;
  EXPECT_EQ(test::samples_of(made_from(png, light)), test::samples_of(made_from(png, plain)));
}

}  // namespace
}  // namespace thumbs::image
