// One picture in every sampling that a JPEG can have: its thumbnails must be the same, from file to pixels.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "image/colour/colour.h"
#include "image/thumbnail.h"
#include "support/pictures.h"
#include "unit/image/resize/resize_support.h"

namespace thumbs::image {
namespace {

using test::sample;

/// Waves in all channels, long enough for the coarsest chroma, each with its own phase and direction.
double scene(int c, double x, double y) {
  if (c == 0) return 128 + 50 * std::sin(x / 17) * std::cos(y / 23);
  return 128 + 60 * std::sin((c == 1 ? x + y / 3 : x / 2 - y) / 25 + c);
}

struct Form {
  const char* name;
  std::vector<test::Sampling> sampling;
  bool progressive = false;
  bool one_scan_each = false;
};

const Form k_forms[] = {
    {"4:4:4", {{1, 1}, {1, 1}, {1, 1}}},
    {"4:2:0", {{2, 2}, {1, 1}, {1, 1}}},
    {"4:2:2", {{2, 1}, {1, 1}, {1, 1}}},
    {"4:4:0", {{1, 2}, {1, 1}, {1, 1}}},
    {"4:1:1", {{4, 1}, {1, 1}, {1, 1}}},
    {"4:1:0", {{4, 2}, {1, 1}, {1, 1}}},
    {"one coarse, one fine", {{2, 2}, {1, 1}, {2, 2}}},
    {"coarse each its own way", {{2, 2}, {2, 1}, {1, 2}}},
    {"thirds", {{3, 1}, {1, 1}, {1, 1}}},
    {"chroma finer than luma", {{1, 1}, {2, 2}, {2, 2}}},
    {"chroma finer across", {{1, 2}, {2, 1}, {2, 1}}},
    {"4:2:0, a scan each", {{2, 2}, {1, 1}, {1, 1}}, false, true},
    {"4:1:1, a scan each", {{4, 1}, {1, 1}, {1, 1}}, false, true},
    {"4:2:0, progressive", {{2, 2}, {1, 1}, {1, 1}}, true},
    {"4:4:0, progressive", {{1, 2}, {1, 1}, {1, 1}}, true},
};

test::Bytes file_of(const Form& form, Size size, int orientation) {
  test::JpegRecipe recipe{.width = size.width, .height = size.height, .sampling = form.sampling, .quality = 100};
  recipe.progressive = form.progressive;
  if (form.one_scan_each)
    for (int c = 0; c < 3; ++c) recipe.scans.push_back({1, {c, 0, 0, 0}, 0, 63, 0, 0});
  recipe.app1 = {test::exif_segment(orientation)};
  return test::make_jpeg(recipe, scene);
}

Picture made_from(const test::Bytes& bytes, const Variant& settings) {
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  const ThumbnailPlan plan = plan_thumbnail(*decoder, settings);
  const Thumbnail thumbnail = make_thumbnail(decoder->decode(plan.scale(), FailOn::warning), plan, settings);
  MemorySource back(thumbnail.bytes);
  return open_picture(back, Limits{})->decode({1}, FailOn::warning);
}

/// The mean and the largest difference over all planes; the largest leaves out the outermost `rim` pixels, where a
/// coarse sample that lies half outside of the picture says less.
struct Difference {
  double mean = 0;
  int largest = 0;
};

Difference difference(const Picture& a, const Picture& b, int rim) {
  Difference d;
  double count = 0;
  for (std::size_t c = 0; c < a.planes.size(); ++c) {
    const Plane& p = a.planes[c];
    for (int y = 0; y < p.height; ++y) {
      for (int x = 0; x < p.width; ++x) {
        const int apart = std::abs(sample(p, x, y) - sample(b.planes[c], x, y));
        d.mean += apart;
        count += 1;
        const bool inside = x >= rim && y >= rim && x < p.width - rim && y < p.height - rim;
        if (inside) d.largest = std::max(d.largest, apart);
      }
    }
  }
  d.mean /= count;
  return d;
}

Variant recipe(Fit fit, int width, int height, OutputFormat format) {
  Variant v;
  v.fit = fit;
  v.width = width;
  v.height = height;
  v.format = format;
  v.quality = 100;
  v.chroma_subsampling = format == OutputFormat::png ? ChromaSubsampling::s444 : ChromaSubsampling::s420;
  v.without_enlargement = false;
  v.background = Colour{};
  return v;
}

TEST(Samplings, EveryOneGivesTheSameThumbnailAtEveryFit) {
  const struct {
    Fit fit;
    int width, height;
    bool linear;
  } boxes[] = {{Fit::inside, 60, 60, false},   {Fit::cover, 41, 40, false},   {Fit::contain, 50, 90, false},
               {Fit::fill, 33, 71, false},     {Fit::outside, 20, 20, false}, {Fit::inside, 203, 400, false},
               {Fit::inside, 400, 400, false}, {Fit::inside, 60, 60, true}};
  for (const Size size : {Size{203, 147}, Size{200, 152}}) {
    for (const int orientation : {1, 6}) {
      std::vector<test::Bytes> files;
      for (const Form& form : k_forms) files.push_back(file_of(form, size, orientation));
      for (const auto& box : boxes) {
        for (const OutputFormat format : {OutputFormat::png, OutputFormat::jpeg}) {
          Variant settings = recipe(box.fit, box.width, box.height, format);
          settings.linear = box.linear;
          const Picture wanted = made_from(files.front(), settings);
          for (std::size_t i = 1; i < files.size(); ++i) {
            SCOPED_TRACE(std::string(k_forms[i].name) + ", " + std::to_string(size.width) + " wide, orientation " +
                         std::to_string(orientation) + ", fit " + std::to_string(static_cast<int>(box.fit)) + " " +
                         std::to_string(box.width) + ", format " + std::to_string(static_cast<int>(format)));
            const Picture got = made_from(files[i], settings);
            ASSERT_EQ(got.width, wanted.width);
            const Difference d = difference(got, wanted, box.width >= 200 ? 5 : 2);
            EXPECT_LE(d.mean, 1.0);
            EXPECT_LE(d.largest, 9);
          }
        }
      }
    }
  }
}

TEST(Samplings, RgbWithACoarseChannelIsTheSameToo) {
  // As XYB JPEGs are stored: an Adobe marker without transform, the third channel at half the resolution.
  test::JpegRecipe fine{.width = 203, .height = 147, .space = JCS_RGB, .quality = 100};
  test::JpegRecipe coarse = fine;
  coarse.sampling = {{2, 2}, {2, 2}, {1, 1}};
  for (const bool linear : {false, true}) {
    for (const int side : {40, 90, 203}) {
      SCOPED_TRACE("side " + std::to_string(side) + " linear " + std::to_string(linear));
      Variant settings = recipe(Fit::inside, side, side, OutputFormat::png);
      settings.linear = linear;
      const Picture wanted = made_from(test::make_jpeg(fine, scene), settings);
      const Difference d = difference(made_from(test::make_jpeg(coarse, scene), settings), wanted, 2);
      EXPECT_LE(d.mean, 0.5);
      EXPECT_LE(d.largest, 6);
    }
  }
}

TEST(Samplings, PlanesPassThroughAtEqualSize) {
  // 4:2:0 in, 4:2:0 out, nothing scaled: the planes that go into the encoder are those that came out of the decoder.
  const test::Bytes bytes = file_of(k_forms[1], {203, 147}, 1);
  MemorySource source(bytes);
  const Picture stored = open_picture(source, Limits{})->decode({1}, FailOn::warning);
  const Picture made = made_from(bytes, recipe(Fit::inside, 203, 147, OutputFormat::jpeg));
  EXPECT_LE(difference(made, stored, 0).largest, 1);  // quality 100 rounds once more
}

}  // namespace
}  // namespace thumbs::image
