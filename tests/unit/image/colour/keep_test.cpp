// `colour: keep`: samples stay and the profile is embedded; colours that cannot be kept become sRGB without a profile.
#include <gtest/gtest.h>

#include <utility>

#include "image/codec/jpeg/attachments.h"
#include "image/codec/png/png.h"
#include "image/colour/colour.h"
#include "image/thumbnail.h"
#include "unit/image/colour/profiles.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::PngBuilder;

struct Made {
  Header header;
  std::vector<double> centre;
  std::string warning;
};

Variant keeping(OutputFormat format) {
  Variant v;
  v.width = v.height = 16;
  v.format = format;
  v.colour = ColourMode::keep;
  v.quality = 100;
  v.chroma_subsampling = ChromaSubsampling::s444;
  v.background = Colour{};
  return v;
}

Made made_from(const Bytes& bytes, const Variant& settings) {
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  const ThumbnailPlan plan = plan_thumbnail(*decoder, settings);
  const Thumbnail thumbnail = make_thumbnail(decoder->decode(plan.scale(), FailOn::warning), plan, settings);
  MemorySource back(thumbnail.bytes);
  const auto reader = open_picture(back, Limits{});
  Picture picture = to_rgb(reader->decode({1}, FailOn::warning));
  if (picture.premultiplied) picture = unpremultiply(picture);
  Made made{reader->header(), {}, plan.warning};
  for (const Plane& plane : picture.planes)
    made.centre.push_back(plane.row<std::uint8_t>(plane.height / 2)[plane.width / 2]);
  return made;
}

void expect_near(const std::vector<double>& got, const std::vector<double>& wanted, double tolerance) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], tolerance) << "channel " << i;
}

test::Pattern flat(std::vector<double> values) {
  return [=](int c, double, double) { return values[static_cast<std::size_t>(c)]; };
}

Bytes flat_png(const std::vector<double>& colour, const std::vector<std::pair<const char*, std::string>>& chunks) {
  constexpr int k_types[] = {0, 4, 2, 6};
  const int type = k_types[colour.size() - 1];
  PngBuilder png;
  png.ihdr(32, 32, 8, type);
  for (const auto& [name, data] : chunks) png.chunk(name, data);
  const auto samples = [&](int c, int, int) { return static_cast<unsigned>(colour[static_cast<std::size_t>(c)]); };
  return png.idat(test::png_rows(32, 32, 8, type, false, samples)).iend().bytes();
}

Bytes flat_jpeg(J_COLOR_SPACE space, const std::vector<double>& colour, const Bytes& profile) {
  test::JpegRecipe recipe{.space = space, .quality = 100};
  recipe.app2 = test::profile_segments(profile);
  return test::make_jpeg(recipe, flat(colour));
}

TEST(Keep, TheProfileGoesAlongAndTheNumbersStay) {
  const Bytes p3 = test::p3_profile(), grey = test::grey_profile(1.8);
  for (const OutputFormat format : {OutputFormat::jpeg, OutputFormat::png}) {
    SCOPED_TRACE(static_cast<int>(format));
    const struct {
      const char* name;
      Bytes source;
      Bytes profile;
      std::vector<double> wanted;
    } cases[] = {
        {"YCbCr", flat_jpeg(JCS_YCbCr, {124, 86, 182}, p3), p3, {200, 100, 50}},
        {"RGB", flat_jpeg(JCS_RGB, {200, 100, 50}, p3), p3, {200, 100, 50}},
        {"grey", flat_jpeg(JCS_GRAYSCALE, {90}, grey), grey, {90}},
        {"PNG", flat_png({200, 100, 50}, {{"iCCP", test::iccp(p3)}}), p3, {200, 100, 50}},
        {"sRGB",
         flat_png({200, 100, 50}, {{"iCCP", test::iccp(test::srgb_profile())}}),
         test::srgb_profile(),
         {200, 100, 50}},
        {"nothing to keep", flat_png({200, 100, 50}, {}), {}, {200, 100, 50}},
    };
    for (const auto& c : cases) {
      SCOPED_TRACE(c.name);
      const Made made = made_from(c.source, keeping(format));
      EXPECT_EQ(made.header.colours.profile, c.profile);
      expect_near(made.centre, c.wanted, 3);
      EXPECT_EQ(made.warning, "");
    }
  }
}

TEST(Keep, WhatCannotBeKeptBecomesSrgb) {
  const Bytes press = test::cmyk_profile(), p3 = test::p3_profile(), grey = test::grey_profile(1.8);
  Variant padded = keeping(OutputFormat::jpeg);
  padded.fit = Fit::contain;
  padded.height = 40;
  padded.background = Colour{255, 0, 0, 255};
  const double converted_grey = test::converted(grey, {90})[0];
  const struct {
    const char* name;
    Bytes source;
    Variant settings;
    std::vector<double> wanted;
    bool warns;
  } cases[] = {
      {"CMYK", flat_jpeg(JCS_CMYK, {200, 100, 50, 230}, press), keeping(OutputFormat::jpeg),
       test::converted(press, {55, 155, 205, 25}), false},
      {"a profile of another kind",
       flat_jpeg(JCS_YCbCr, {124, 86, 182}, press),
       keeping(OutputFormat::jpeg),
       {200, 100, 50},
       true},
      {"grey on red", flat_jpeg(JCS_GRAYSCALE, {90}, grey), padded, std::vector<double>(3, converted_grey), false},
      {"PQ",
       flat_png({200, 200, 200}, {{"cICP", std::string("\x09\x10\0\1", 4)}}),
       keeping(OutputFormat::png),
       {255},
       false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Made made = made_from(c.source, c.settings);
    EXPECT_TRUE(made.header.colours.profile.empty());
    expect_near(made.centre, c.wanted, 4);
    EXPECT_EQ(!made.warning.empty(), c.warns);
  }
}

TEST(Keep, EncodingsBecomeProfilesThatSayTheSame) {
  const std::string linear = test::gama(100000);
  const std::string p3_cicp("\x0C\x0D\0\1", 4);
  const struct {
    const char* name;
    std::vector<double> colour;
    std::vector<std::pair<const char*, std::string>> chunks;
  } cases[] = {{"gAMA", {55, 100, 20}, {{"gAMA", linear}}},
               {"cICP of P3", {200, 100, 50}, {{"cICP", p3_cicp}}},
               {"grey gAMA", {55}, {{"gAMA", linear}}}};
  for (const auto& c : cases) {
    for (const OutputFormat format : {OutputFormat::jpeg, OutputFormat::png}) {
      SCOPED_TRACE(c.name);
      const Bytes source = flat_png(c.colour, c.chunks);
      const Made kept = made_from(source, keeping(format));
      expect_near(kept.centre, c.colour, 3);
      ASSERT_FALSE(kept.header.colours.profile.empty());
      EXPECT_EQ(made_from(source, keeping(format)).header.colours.profile, kept.header.colours.profile);
      Variant converting = keeping(OutputFormat::png);
      converting.colour = ColourMode::srgb;
      expect_near(test::converted(kept.header.colours.profile, c.colour), made_from(source, converting).centre, 2);
    }
  }
}

TEST(Keep, AlphaAndLargeProfilesWork) {
  Bytes profile = test::swapping_profile();
  profile.resize(600000);
  for (int i = 0; i < 4; ++i) profile[static_cast<std::size_t>(i)] = static_cast<std::byte>(600000 >> (24 - 8 * i));
  const Bytes source = flat_png({200, 100, 50, 128}, {{"iCCP", test::iccp(profile)}});
  const Made png = made_from(source, keeping(OutputFormat::png));
  EXPECT_EQ(png.header.colours.profile, profile);
  expect_near(png.centre, {200, 100, 50, 128}, 1);
  EXPECT_EQ(made_from(source, keeping(OutputFormat::jpeg)).header.colours.profile, profile);
}

TEST(Attachments, JpegSegmentsHaveTheirLayouts) {
  const Bytes exif(10, std::byte{1}), xmp(20, std::byte{2}), iptc(5, std::byte{3}), profile(150000, std::byte{4});
  const Attachments all{profile, exif, xmp, iptc};
  const std::vector<JpegSegment> segments = attachment_segments(all);
  const struct {
    int app;
    std::string prefix;
    std::size_t size;
  } wanted[] = {{1, std::string("Exif\0\0\1", 7), 16},
                {1, std::string("http://ns.adobe.com/xap/1.0/\0\2", 30), 49},
                {2, std::string("ICC_PROFILE\0\1\3\4", 15), 65533},
                {2, std::string("ICC_PROFILE\0\2\3\4", 15), 65533},
                {2, std::string("ICC_PROFILE\0\3\3\4", 15), 150000 - 2 * 65519 + 14},
                {13,
                 std::string("Photoshop 3.0\0"
                             "8BIM\4\4\0\0\0\0\0\5\3\3\3\3\3\0",
                             32),
                 32}};
  ASSERT_EQ(segments.size(), std::size(wanted));
  for (std::size_t i = 0; i < segments.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(segments[i].app, wanted[i].app);
    EXPECT_EQ(segments[i].data.size(), wanted[i].size);
    const std::string head(reinterpret_cast<const char*>(segments[i].data.data()), wanted[i].prefix.size());
    EXPECT_EQ(head, wanted[i].prefix);
  }
  const Bytes much(70000);
  EXPECT_TRUE(attachment_segments({{}, much, much, {}}).empty());
  EXPECT_EQ(attachment_segments({{}, {}, {}, much}).size(), 2u) << "IPTC goes on in the next segment";
}

TEST(Attachments, PngsHoldExifAndXmp) {
  const Bytes exif = test::tiff_block(6), xmp(20, std::byte{'x'});
  const Picture picture = test::make_picture(ColourModel::rgb, 8, 8, test::texture());
  const Bytes png = encode_png(picture, keeping(OutputFormat::png), {{}, exif, xmp, {}});
  MemorySource source(png);
  EXPECT_EQ(open_picture(source, Limits{})->header().orientation, 6);
  const std::string text(reinterpret_cast<const char*>(png.data()), png.size());
  EXPECT_NE(text.find(std::string("iTXtXML:com.adobe.xmp\0\0\0\0\0xxxx", 30)), std::string::npos);
}

}  // namespace
}  // namespace thumbs::image
