// Pictures by rows give the same samples and thumbnails as pictures held as a whole.
#include "image/resize/row_resize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "image/thumbnail.h"
#include "support/pictures.h"
#include "unit/image/codec/damage.h"
#include "unit/image/resize/resize_support.h"

namespace thumbs::image {
namespace {

using test::noise_plane;
using test::samples_of;

/// Planes of noise as a decoder gives them at 1/shrink; chroma may be coarser.
Picture noise(std::mt19937& random, Size size, ColourModel model, int bytes, int shrink, int chroma) {
  Picture picture;
  picture.width = size.width;
  picture.height = size.height;
  picture.model = model;
  for (int i = 0; i < colour_planes(model); ++i) {
    const int pitch = shrink * (i == 0 || model != ColourModel::ycbcr ? 1 : chroma);
    picture.planes.push_back(
        noise_plane(random, (size.width + pitch - 1) / pitch, (size.height + pitch - 1) / pitch, bytes, pitch, pitch));
  }
  return picture;
}

/// Hands `picture` on in strips of random heights.
void hand_on(const Picture& picture, std::mt19937& random, RowSink& sink) {
  Picture frame = without_planes(picture);
  for (const Plane& p : picture.planes)
    frame.planes.push_back(plane_shape(p.width, p.height, p.bytes_per_sample, p.pitch_x, p.pitch_y));
  sink.begin(frame);
  for (std::size_t i = 0; i < picture.planes.size(); ++i) {
    const Plane& plane = picture.planes[i];
    for (int y = 0; y < plane.height;) {
      const int count = std::min(plane.height - y, 1 + static_cast<int>(random() % 20));
      sink.take(i, test::make_plane(plane.width, count, plane.bytes_per_sample,
                                    [&](int x, int row) { return test::sample(plane, x, y + row); }));
      y += count;
    }
  }
}

struct Case {
  const char* name;
  Size in, out;
  ColourModel model = ColourModel::rgb;
  int bytes = 1;
  int shrink = 1;
  int chroma = 1;
};

const Case k_cases[] = {
    {"a fraction down", {100, 80}, {37, 29}},
    {"far down", {300, 900}, {7, 5}},
    {"to one pixel", {200, 300}, {1, 1}},
    {"up", {13, 7}, {90, 71}},
    {"the same size", {40, 50}, {40, 50}},
    {"one axis kept", {33, 70}, {33, 12}},
    {"4:2:0", {101, 203}, {31, 60}, ColourModel::ycbcr, 1, 2, 2},
    {"16 bits", {90, 300}, {31, 130}, ColourModel::grey, 2},
    {"four planes", {70, 90}, {20, 31}, ColourModel::cmyk},
    {"rows so long that a band of them makes few outputs", {60000, 300}, {100, 24}, ColourModel::grey, 2},
    {"rows so long that a band of them makes one output", {60000, 300}, {64, 3}, ColourModel::grey, 2},
};

Geometry cropped(const Case& c, Orientation orientation, bool crop) {
  Geometry g = test::whole(orientation.transpose ? Size{c.out.height, c.out.width} : c.out);
  if (!crop) return g;
  g.crop = g.canvas = {(g.resized.width + 1) / 2, (g.resized.height + 2) / 3};
  g.crop_x = g.resized.width / 4;
  g.crop_y = g.resized.height / 3;
  return g;
}

TEST(RowResize, GivesWhatTheResizeOfTheWholeGives) {
  std::mt19937 random(5);
  for (const Case& c : k_cases) {
    const Picture picture = noise(random, c.in, c.model, c.bytes, c.shrink, c.chroma);
    for (const Kernel kernel : test::k_kernels) {
      for (int exif = 1; exif <= 8; ++exif) {
        const bool slow = c.in.width > 10000;
        if (slow && (exif % 5 != 1 || (kernel != Kernel::box && kernel != Kernel::lanczos3))) continue;
        SCOPED_TRACE(std::string(c.name) + ", kernel " + std::to_string(static_cast<int>(kernel)) + ", orientation " +
                     std::to_string(exif));
        const Orientation orientation = orientation_from_exif(exif);
        const Geometry g = cropped(c, orientation, exif % 2 == 0);
        const ChromaGrid grid = c.chroma == 1 ? ChromaGrid::full : ChromaGrid::half_xy;
        RowResize rows(orientation, g, kernel, grid);
        hand_on(picture, random, rows);
        ASSERT_EQ(samples_of(rows.result()), samples_of(resize(picture, orientation, g, kernel, grid)));
      }
    }
  }
}

TEST(RowResize, BeginsAnewWhereTheDecoderDoes) {
  std::mt19937 random(6);
  const Picture first = noise(random, {50, 60}, ColourModel::rgb, 1, 1, 1);
  const Picture second = noise(random, {50, 60}, ColourModel::rgb, 1, 1, 1);
  RowResize rows({}, test::whole({20, 24}), Kernel::lanczos3, ChromaGrid::full);
  hand_on(first, random, rows);
  hand_on(second, random, rows);
  EXPECT_EQ(samples_of(rows.result()),
            samples_of(resize(second, {}, test::whole({20, 24}), Kernel::lanczos3, ChromaGrid::full)));
}

/// Puts rows together again.
class Gathered final : public RowSink {
 public:
  void begin(const Picture& frame) override {
    picture = without_planes(frame);
    rows_.clear();
    for (const Plane& p : frame.planes)
      picture.planes.emplace_back(p.width, p.height, p.bytes_per_sample, p.pitch_x, p.pitch_y);
    rows_.resize(frame.planes.size());
  }
  void take(std::size_t i, const Plane& rows) override {
    Plane& plane = picture.planes[i];
    ASSERT_LE(rows_[i] + rows.height, plane.height);
    for (int y = 0; y < rows.height; ++y, ++rows_[i])
      for (int x = 0; x < plane.width; ++x) test::set_sample(plane, x, rows_[i], test::sample(rows, x, y));
  }
  bool complete() const {
    return std::ranges::equal(rows_, picture.planes, {}, {}, [](const Plane& plane) { return plane.height; });
  }
  Picture picture;

 private:
  std::vector<int> rows_;
};

struct File {
  const char* name;
  test::Bytes bytes;
};

test::Bytes png_of(int depth, int type) {
  const unsigned most = (1U << depth) - 1;
  test::PngBuilder png;
  png.ihdr(61, 47, depth, type);
  const auto samples = [&](int c, int x, int y) { return static_cast<unsigned>(x * 7 + y * 13 + c * 5) % most; };
  return png.idat(test::png_rows(61, 47, depth, type, false, samples)).iend().bytes();
}

std::vector<File> files() {
  const test::Pattern waves = test::texture();
  const std::vector<test::Sampling> s420 = {{2, 2}, {1, 1}, {1, 1}};
  return {
      {"4:4:4", test::make_jpeg({.width = 61, .height = 47}, waves)},
      {"4:2:0", test::make_jpeg({.width = 61, .height = 47, .sampling = s420}, waves)},
      {"4:2:0 with restarts", test::make_jpeg({.width = 61, .height = 47, .sampling = s420, .restart_rows = 1}, waves)},
      {"4:1:0", test::make_jpeg({.width = 61, .height = 47, .sampling = {{4, 2}, {1, 1}, {1, 1}}}, waves)},
      {"arithmetic", test::make_jpeg({.width = 61, .height = 47, .arithmetic = true}, waves)},
      {"grey", test::make_jpeg({.width = 61, .height = 47, .space = JCS_GRAYSCALE}, waves)},
      {"CMYK", test::make_jpeg({.width = 61, .height = 47, .space = JCS_CMYK}, waves)},
      {"PNG, RGB", png_of(8, 2)},
      {"PNG, RGBA", png_of(8, 6)},
      {"PNG, RGB of 16 bits", png_of(16, 2)},
      {"PNG, grey and alpha of 16 bits", png_of(16, 4)},
      {"PNG, grey of 2 bits", png_of(2, 0)},
  };
}

/// What came of a decode, as text where it was an exception.
struct Outcome {
  std::vector<unsigned> samples;
  std::string error;
  bool operator==(const Outcome&) const = default;
};

template <class Body>
Outcome outcome_of(const Body& body) {
  try {
    return {samples_of(body()), {}};
  } catch (const Error& error) {
    return {{}, error.message()};
  }
}

Outcome whole(const test::Bytes& bytes, Scale scale, FailOn fail_on) {
  return outcome_of([&] {
    MemorySource source(bytes);
    return open_picture(source, Limits{})->decode(scale, fail_on);
  });
}

Outcome by_rows(const test::Bytes& bytes, Scale scale, FailOn fail_on) {
  return outcome_of([&] {
    MemorySource source(bytes);
    const auto decoder = open_picture(source, Limits{});
    if (!decoder->gives_rows()) return decoder->decode(scale, fail_on);
    Gathered rows;
    decoder->decode_to(scale, fail_on, rows);
    EXPECT_TRUE(rows.complete());
    return std::move(rows.picture);
  });
}

TEST(DecodeRows, GivesTheSamplesOfTheWholePictureAtEachScale) {
  for (const File& file : files()) {
    for (const int shrink : {1, 2, 4, 8}) {
      for (const bool coarse : {false, true}) {
        SCOPED_TRACE(std::string(file.name) + " at 1/" + std::to_string(shrink) + (coarse ? ", coarse" : ""));
        const Scale scale{shrink, coarse, false};
        const Outcome rows = by_rows(file.bytes, scale, FailOn::warning);
        EXPECT_EQ(rows, whole(file.bytes, scale, FailOn::warning));
        EXPECT_EQ(rows.error, "");
      }
    }
  }
  // Whole numbers that are no powers of two, and rows that do not fill the last box.
  const Scale fifth{5, false, true};
  EXPECT_EQ(by_rows(png_of(16, 2), fifth, FailOn::warning), whole(png_of(16, 2), fifth, FailOn::warning));
  EXPECT_EQ(by_rows(png_of(8, 2), {500}, FailOn::warning), whole(png_of(8, 2), {500}, FailOn::warning));
}

TEST(DecodeRows, EndsAsTheDecodeOfADamagedWholeDoes) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (const File& file : files()) {
    for (int i = 0; i < 60; ++i) {
      test::Bytes bytes = file.bytes;
      if (i % 3 == 0) bytes.resize(bytes.size() * (random() % 100) / 100);
      if (i % 3 != 0) test::damage(bytes, random);
      const Scale scale{1 << random() % 4};
      for (const FailOn fail_on : {FailOn::none, FailOn::truncated, FailOn::error}) {
        SCOPED_TRACE(std::string(file.name) + ", damage " + std::to_string(i));
        ASSERT_EQ(by_rows(bytes, scale, fail_on), whole(bytes, scale, fail_on));
      }
    }
  }
}

Variant recipe(OutputFormat format, int width, int height, Fit fit) {
  Variant v;
  v.width = width;
  v.height = height;
  v.fit = fit;
  v.format = format;
  v.quality = 90;
  v.background = Colour{10, 200, 30, 255};
  v.sharpen = 0.5;
  return v;
}

TEST(ThumbnailRows, MakesTheBytesThatTheWholePictureMakes) {
  const Variant variants[] = {recipe(OutputFormat::jpeg, 20, 20, Fit::inside),
                              recipe(OutputFormat::jpeg, 9, 17, Fit::cover),
                              recipe(OutputFormat::png, 30, 30, Fit::contain)};
  for (const File& file : files()) {
    SCOPED_TRACE(file.name);
    MemorySource source(file.bytes);
    const auto decoder = open_picture(source, Limits{});
    std::vector<ThumbnailPlan> plans;
    for (const Variant& v : variants) plans.push_back(plan_thumbnail(*decoder, v));
    for (ThumbnailPlan& plan : plans) plan.shrink = 1;
    ThumbnailRows rows;
    for (std::size_t i = 0; i < plans.size(); ++i) rows.add(plans[i], variants[i]);
    decoder->decode_to({1}, FailOn::warning, rows);
    const Picture picture = decoder->decode({1}, FailOn::warning);
    for (std::size_t i = 0; i < plans.size(); ++i)
      EXPECT_EQ(rows.finish(i).bytes, make_thumbnail(picture, plans[i], variants[i]).bytes) << i;
  }
}

TEST(ThumbnailRows, NeedsMoreThanRowsForLightAndForCropsByContent) {
  ThumbnailPlan plan;
  Variant v = recipe(OutputFormat::jpeg, 9, 17, Fit::cover);
  EXPECT_TRUE(needs_rows_alone(plan, v));
  v.position = Position::entropy;
  EXPECT_FALSE(needs_rows_alone(plan, v));
  v.position = Position::center;
  plan.in_light = true;
  EXPECT_FALSE(needs_rows_alone(plan, v));
}

}  // namespace
}  // namespace thumbs::image
