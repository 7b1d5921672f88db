// Thumbnails made from planes and settings, read back through the decoders.
#include "image/thumbnail.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "image/colour/colour.h"
#include "image/resize/resize.h"
#include "thumbs/error.h"
#include "unit/image/resize/resize_support.h"

namespace thumbs::image {
namespace {

using test::make_plane;
using test::sample;

/// Only a header; shrinks by powers of two, as a JPEG does.
class HeaderOnly : public Decoder {
 public:
  explicit HeaderOnly(Header header) : header_(header) {}
  const Header& header() const override { return header_; }
  int shrink_for(double allowed) const override { return allowed >= 8 ? 8 : allowed >= 4 ? 4 : allowed >= 2 ? 2 : 1; }
  std::uint64_t memory_needed(Scale, FailOn) const override { return 0; }
  Picture decode(Scale, FailOn, std::uint64_t) override { return {}; }
  MetadataBlocks metadata() override { return {}; }
  const std::vector<std::string>& warnings() const override { return warnings_; }

 private:
  Header header_;
  std::vector<std::string> warnings_;
};

Header header_of(const Picture& picture, int orientation = 1) {
  Header header;
  header.width = picture.width;
  header.height = picture.height;
  header.orientation = orientation;
  header.model = picture.model;
  header.alpha = picture.alpha;
  header.bits = picture.bytes_per_sample() * 8;
  return header;
}

/// A recipe with nothing left open.
Variant recipe(OutputFormat format, std::optional<int> width, std::optional<int> height, Fit fit = Fit::inside) {
  Variant v;
  v.width = width;
  v.height = height;
  v.fit = fit;
  v.format = format;
  v.quality = 95;
  v.chroma_subsampling = ChromaSubsampling::s444;
  v.background = Colour{};
  return v;
}

Picture flat(ColourModel model, Size size, const std::vector<int>& values, double chroma_pitch = 1) {
  Picture picture;
  picture.width = size.width;
  picture.height = size.height;
  picture.model = model;
  picture.alpha = static_cast<int>(values.size()) > colour_planes(model);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double pitch = model == ColourModel::ycbcr && i > 0 ? chroma_pitch : 1;
    const auto count = [=](int n) { return static_cast<int>((n + pitch - 1) / pitch); };
    picture.planes.push_back(make_plane(
        count(size.width), count(size.height), 1, [&](int, int) { return values[i]; }, pitch, pitch));
  }
  if (picture.alpha) premultiply(picture);
  return picture;
}

Thumbnail thumbnail(const Picture& picture, const Variant& settings, int orientation = 1) {
  return make_thumbnail(picture, plan_thumbnail(HeaderOnly(header_of(picture, orientation)), settings), settings);
}

/// A thumbnail as it was before its pixels were premultiplied again by the decoder.
struct Decoded {
  Header header;
  Picture picture;
};

Decoded decode(const Thumbnail& thumbnail) {
  MemorySource source(thumbnail.bytes);
  const auto decoder = open_picture(source, Limits{});
  Picture picture = decoder->decode({1}, FailOn::warning);
  if (picture.premultiplied) picture = unpremultiply(picture);
  return {decoder->header(), std::move(picture)};
}

std::vector<int> pixel(const Picture& picture, int x, int y) {
  std::vector<int> values;
  for (const Plane& plane : picture.planes) {
    values.push_back(sample(plane, static_cast<int>(x / plane.pitch_x), static_cast<int>(y / plane.pitch_y)));
  }
  return values;
}

void expect_near(const std::vector<int>& got, const std::vector<int>& wanted, int tolerance) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], tolerance) << "plane " << i;
}

TEST(Thumbnail, FlatColoursComeThroughEveryModelAndFormat) {
  const struct {
    const char* name;
    ColourModel model;
    std::vector<int> values;
    double chroma_pitch;
    std::vector<int> png;   ///< as read back
    std::vector<int> jpeg;  ///< YCbCr or grey, within a step of quantisation
  } cases[] = {
      {"grey", ColourModel::grey, {90}, 1, {90}, {90}},
      {"rgb", ColourModel::rgb, {200, 100, 50}, 1, {200, 100, 50}, {124, 86, 182}},
      {"ycbcr", ColourModel::ycbcr, {124, 86, 182}, 1, {200, 100, 50}, {124, 86, 182}},
      {"ycbcr 4:2:0", ColourModel::ycbcr, {124, 86, 182}, 2, {200, 100, 50}, {124, 86, 182}},
      {"cmyk", ColourModel::cmyk, {200, 100, 50, 255}, 1, {196, 112, 60}, {131, 88, 174}},
      {"grey, half clear", ColourModel::grey, {90, 128}, 1, {90, 128}, {172}},
      {"rgb, half clear", ColourModel::rgb, {200, 100, 50, 128}, 1, {200, 100, 50, 128}, {190, 107, 155}},
      {"clear", ColourModel::rgb, {200, 100, 50, 0}, 1, {0, 0}, {255, 128, 128}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Picture picture = flat(c.model, {61, 43}, c.values, c.chroma_pitch);
    const Thumbnail png = thumbnail(picture, recipe(OutputFormat::png, 20, 20));
    EXPECT_EQ(png.width, 20);
    EXPECT_EQ(png.height, 14);
    const Decoded read = decode(png);
    EXPECT_EQ(read.header.format, FileFormat::png);
    EXPECT_EQ(read.header.width, 20);
    expect_near(pixel(read.picture, 7, 9), c.png, 1);
    for (const auto subsampling : {ChromaSubsampling::s444, ChromaSubsampling::s422, ChromaSubsampling::s420}) {
      Variant settings = recipe(OutputFormat::jpeg, 21, 21);
      settings.chroma_subsampling = subsampling;
      const Decoded jpeg = decode(thumbnail(picture, settings));
      EXPECT_EQ(jpeg.header.format, FileFormat::jpeg);
      EXPECT_EQ(jpeg.header.height, 15);
      expect_near(pixel(jpeg.picture, 7, 9), c.jpeg, 2);
      if (c.jpeg.size() == 3) {
        EXPECT_EQ(jpeg.picture.planes[1].pitch_x, subsampling == ChromaSubsampling::s444 ? 1 : 2);
        EXPECT_EQ(jpeg.picture.planes[1].pitch_y, subsampling == ChromaSubsampling::s420 ? 2 : 1);
      }
    }
  }
}

TEST(Thumbnail, OrientationIsAppliedUnlessTurnedOff) {
  // Left half black, right half white.
  Picture picture = test::grey_picture(make_plane(60, 30, 1, [](int x, int) { return x < 30 ? 0 : 255; }));
  Variant settings = recipe(OutputFormat::png, 20, 20);
  const Decoded turned = decode(thumbnail(picture, settings, 6));  // 90° clockwise: black on top
  EXPECT_EQ(turned.header.width, 10);
  EXPECT_EQ(turned.header.height, 20);
  EXPECT_EQ(pixel(turned.picture, 5, 2), std::vector<int>{0});
  EXPECT_EQ(pixel(turned.picture, 5, 17), std::vector<int>{255});
  settings.auto_orient = false;
  const Decoded kept = decode(thumbnail(picture, settings, 6));
  EXPECT_EQ(kept.header.width, 20);
  EXPECT_EQ(pixel(kept.picture, 2, 5), std::vector<int>{0});
}

TEST(Thumbnail, ContainPadsWithTheBackground) {
  const struct {
    const char* name;
    OutputFormat format;
    ColourModel model;
    std::vector<int> values;
    Colour background;
    std::vector<int> inside, outside;
  } cases[] = {
      {"png, clear", OutputFormat::png, ColourModel::rgb, {9, 8, 7}, {0, 0, 0, 0}, {9, 8, 7, 255}, {0, 0, 0, 0}},
      {"png, red", OutputFormat::png, ColourModel::grey, {9}, {250, 1, 2, 255}, {9, 9, 9}, {250, 1, 2}},
      {"png, faint red", OutputFormat::png, ColourModel::grey, {9}, {250, 0, 0, 51}, {9, 9, 9, 255}, {250, 0, 0, 51}},
      {"png, grey", OutputFormat::png, ColourModel::grey, {9}, {5, 5, 5, 255}, {9}, {5}},
      {"png of alpha", OutputFormat::png, ColourModel::grey, {9, 102}, {5, 5, 5, 255}, {9, 102}, {5, 255}},
      {"jpeg, alpha of the background ignored",
       OutputFormat::jpeg,
       ColourModel::ycbcr,
       {124, 86, 182},
       {255, 255, 255, 0},
       {124, 86, 182},
       {255, 128, 128}},
      {"jpeg of grey on grey", OutputFormat::jpeg, ColourModel::grey, {9}, {200, 200, 200, 255}, {9}, {200}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Variant settings = recipe(c.format, 32, 64, Fit::contain);
    settings.background = c.background;
    const Thumbnail result = thumbnail(flat(c.model, {64, 64}, c.values), settings);
    EXPECT_EQ(result.width, 32);
    EXPECT_EQ(result.height, 64);
    const Picture read = decode(result).picture;
    const int tolerance = c.format == OutputFormat::jpeg ? 2 : 0;
    expect_near(pixel(read, 16, 32), c.inside, tolerance);
    expect_near(pixel(read, 16, 4), c.outside, tolerance);
    expect_near(pixel(read, 16, 60), c.outside, tolerance);
  }
}

TEST(Thumbnail, AResizeToTheSameSizeIsExact) {
  std::mt19937 random(1);
  const Picture picture = test::grey_picture(test::noise_plane(random, 50, 31, 1));
  const Picture read = decode(thumbnail(picture, recipe(OutputFormat::png, 50, 31))).picture;
  for (int y = 0; y < 31; ++y) {
    for (int x = 0; x < 50; ++x) ASSERT_EQ(sample(read.planes[0], x, y), sample(picture.planes[0], x, y));
  }
}

TEST(Thumbnail, OpaquePixelsBesideClearOnesKeepTheirColour) {
  // Green behind the clear half must not bleed into the red one.
  Picture picture;
  picture.width = picture.height = 40;
  picture.alpha = true;
  picture.planes.push_back(make_plane(40, 40, 1, [](int x, int) { return x < 20 ? 255 : 0; }));
  picture.planes.push_back(make_plane(40, 40, 1, [](int x, int) { return x < 20 ? 0 : 255; }));
  picture.planes.push_back(make_plane(40, 40, 1, [](int, int) { return 0; }));
  picture.planes.push_back(make_plane(40, 40, 1, [](int x, int) { return x < 20 ? 255 : 0; }));
  premultiply(picture);
  const Picture read = decode(thumbnail(picture, recipe(OutputFormat::png, 13, 13))).picture;
  for (int x = 0; x < 13; ++x) EXPECT_EQ(sample(read.planes[1], x, 6), 0) << x;
  EXPECT_EQ(pixel(read, 2, 6), (std::vector<int>{255, 0, 0, 255}));
}

TEST(ThumbnailPlan, FollowsFromHeaderAndRecipeAlone) {
  const Picture photo = flat(ColourModel::ycbcr, {1600, 1200}, {1, 2, 3}, 2);
  const HeaderOnly decoder(header_of(photo, 6));
  Variant settings = recipe(OutputFormat::jpeg, 100, 100, Fit::cover);
  ThumbnailPlan plan = plan_thumbnail(decoder, settings);
  EXPECT_TRUE(plan.orientation.transpose);
  EXPECT_EQ(plan.geometry.resized, (Size{100, 133}));
  EXPECT_EQ(plan.geometry.crop, (Size{100, 100}));
  EXPECT_EQ(plan.shrink, 4);
  settings.kernel = Kernel::box;
  EXPECT_EQ(plan_thumbnail(decoder, settings).shrink, 1);
  settings.auto_orient = false;
  EXPECT_EQ(plan_thumbnail(decoder, settings).geometry.resized, (Size{133, 100}));
}

TEST(ThumbnailPlan, RefusesWhatTheFormatCannotHold) {
  Header header;
  header.width = 10;
  header.height = 20000;
  Variant settings = recipe(OutputFormat::jpeg, 40, std::nullopt, Fit::outside);
  settings.without_enlargement = false;
  try {
    plan_thumbnail(HeaderOnly(header), settings);
    FAIL() << "80000 pixels high, and no error";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::too_large);
    EXPECT_NE(e.message().find("40×80000"), std::string::npos) << e.message();
  }
  settings.format = OutputFormat::png;
  EXPECT_EQ(plan_thumbnail(HeaderOnly(header), settings).geometry.canvas.height, 80000);
  settings.format = OutputFormat::jpeg;
  settings.width = 32;
  EXPECT_EQ(plan_thumbnail(HeaderOnly(header), settings).geometry.canvas.height, 64000);
}

TEST(ThumbnailPlan, EveryFormatHasItsLargestSide) {
  Header header;
  header.width = 70000;
  header.height = 10;
  for (const auto& [format, most] : {std::pair{OutputFormat::webp, 16383}, {OutputFormat::avif, 65535}}) {
    Variant settings = recipe(format, most, std::nullopt);
    EXPECT_EQ(plan_thumbnail(HeaderOnly(header), settings).geometry.canvas.width, most);
    settings.fit = Fit::outside;
    settings.width.reset();
    settings.height = 10;
    EXPECT_THROW(plan_thumbnail(HeaderOnly(header), settings), Error);
  }
}

TEST(ThumbnailPlan, MemoryCoversThePlanesAndNeverOverflows) {
  Header header;
  header.width = header.height = 4000;
  header.alpha = true;
  header.bits = 16;
  const Variant settings = recipe(OutputFormat::png, 1000, 1000);
  const auto needed = thumbnail_memory(header, plan_thumbnail(HeaderOnly(header), settings), settings);
  EXPECT_GE(needed, 1000U * 1000 * 4 * 3);
  EXPECT_LE(needed, 64U << 20);
  header.width = header.height = 2000000000;
  Variant huge = recipe(OutputFormat::png, 65535, 65535, Fit::outside);
  huge.without_enlargement = false;
  EXPECT_GE(thumbnail_memory(header, plan_thumbnail(HeaderOnly(header), huge), huge), std::uint64_t{65535} * 65535 * 8);
}

}  // namespace
}  // namespace thumbs::image
