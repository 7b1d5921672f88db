// What files say about their colours, from their bytes to the thumbnail's: JPEG's APP2, PNG's chunks.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <utility>

#include "image/colour/colour.h"
#include "image/thumbnail.h"
#include "support/rest_of.h"
#include "unit/image/colour/profiles.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::PngBuilder;

struct Made {
  Header header;  ///< of the source
  Picture picture;
  std::vector<std::string> warnings;
};

/// A thumbnail as PNG of at most `side`, read back.
Made made_from(const Bytes& bytes, int side = 16, FailOn fail_on = FailOn::warning) {
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  Variant settings;
  settings.width = settings.height = side;
  settings.format = OutputFormat::png;
  const ThumbnailPlan plan = plan_thumbnail(*decoder, settings);
  const Thumbnail thumbnail = make_thumbnail(decoder->decode(plan.scale(), fail_on), plan, settings);
  Made made{decoder->header(), {}, decoder->warnings()};
  if (!plan.warning.empty()) made.warnings.push_back(plan.warning);
  MemorySource back(thumbnail.bytes);
  made.picture = open_picture(back, Limits{})->decode({1}, FailOn::warning);
  if (made.picture.premultiplied) made.picture = unpremultiply(made.picture);
  return made;
}

std::vector<double> centre(const Picture& picture) {
  std::vector<double> colour;
  for (const Plane& plane : picture.planes)
    colour.push_back(plane.row<std::uint8_t>(plane.height / 2)[plane.width / 2]);
  return colour;
}

void expect_near(const std::vector<double>& got, const std::vector<double>& wanted, double tolerance) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], tolerance) << "channel " << i;
}

test::Pattern flat(std::vector<double> values) {
  return [=](int c, double, double) { return values[static_cast<std::size_t>(c)]; };
}

/// `colour` as 8-bit PNG with the chunks given before IDAT.
Bytes flat_png(const std::vector<double>& colour, const std::vector<std::pair<const char*, std::string>>& chunks) {
  constexpr int k_types[] = {0, 4, 2, 6};
  const int type = k_types[colour.size() - 1];
  PngBuilder png;
  png.ihdr(32, 32, 8, type);
  for (const auto& [name, data] : chunks) png.chunk(name, data);
  const auto samples = [&](int c, int, int) { return static_cast<unsigned>(colour[static_cast<std::size_t>(c)]); };
  return png.idat(test::png_rows(32, 32, 8, type, false, samples)).iend().bytes();
}

TEST(Colour, JpegProfilesAreApplied) {
  const Bytes p3 = test::p3_profile(), swapping = test::swapping_profile(), grey = test::grey_profile(1.8);
  const Bytes press = test::cmyk_profile();
  const struct {
    const char* name;
    J_COLOR_SPACE space;
    std::vector<double> stored;
    Bytes profile;
    std::vector<double> wanted;
  } cases[] = {
      // YCbCr 124, 86, 182 is 200, 100, 50.
      {"P3 in YCbCr", JCS_YCbCr, {124, 86, 182}, p3, test::converted(p3, {200, 100, 50})},
      {"swapped", JCS_YCbCr, {124, 86, 182}, swapping, {50, 200, 100}},
      {"RGB", JCS_RGB, {200, 100, 50}, swapping, {50, 200, 100}},
      {"grey stays grey", JCS_GRAYSCALE, {90}, grey, test::converted(grey, {90})},
      // Adobe's polarity: 255 is no ink.
      {"CMYK", JCS_CMYK, {200, 100, 50, 230}, press, test::converted(press, {55, 155, 205, 25})},
      {"YCCK", JCS_YCCK, {200, 100, 50, 230}, press, test::converted(press, {55, 155, 205, 25})},
      {"CMYK with a profile for RGB", JCS_CMYK, {200, 100, 50, 255}, p3, {196, 112, 60}},
      {"sRGB", JCS_YCbCr, {124, 86, 182}, test::srgb_profile(), {200, 100, 50}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    test::JpegRecipe recipe;
    recipe.space = c.space;
    recipe.quality = 100;
    recipe.app2 = test::profile_segments(c.profile);
    expect_near(centre(made_from(test::make_jpeg(recipe, flat(c.stored))).picture), c.wanted, 3);
  }
}

// The structure of an XYB JPEG: components R, G and B without Adobe's marker, B halved, and a profile with a table.
TEST(Colour, AJpegOfOpponentColoursIsConvertedByItsTable) {
  const Bytes profile = test::opponent_profile();
  test::JpegRecipe recipe{
      .space = JCS_RGB, .sampling = {{2, 2}, {2, 2}, {1, 1}}, .quality = 100, .adobe_marker = false};
  recipe.app2 = test::profile_segments(profile);
  for (const std::vector<double>& stored : {std::vector<double>{150, 180, 90}, {160, 60, 128}, {100, 128, 200}}) {
    const Made made = made_from(test::make_jpeg(recipe, flat(stored)));
    EXPECT_EQ(made.header.model, ColourModel::rgb);
    expect_near(centre(made.picture), test::converted(profile, stored), 3);
  }
}

TEST(Colour, AnAdobelessCmykProfileCountsInkTheOtherWay) {
  const Bytes press = test::cmyk_profile();
  test::JpegRecipe recipe{.space = JCS_CMYK, .quality = 100, .adobe_marker = false};
  recipe.app2 = test::profile_segments(press);
  const Made made = made_from(test::make_jpeg(recipe, flat({55, 155, 205, 25})));
  expect_near(centre(made.picture), test::converted(press, {55, 155, 205, 25}), 3);
}

/// The APP2 segment of a part of a profile.
Bytes part_segment(int number, int count, std::span<const std::byte> part) {
  Bytes segment = test::profile_segments(Bytes(1))[0];
  segment.resize(12);
  segment.insert(segment.end(), {static_cast<std::byte>(number), static_cast<std::byte>(count)});
  segment.insert(segment.end(), part.begin(), part.end());
  return segment;
}

TEST(Colour, SplitProfilesArePutTogetherOrIgnored) {
  using Segments = std::vector<Bytes>;
  const Bytes press = test::cmyk_profile();
  const Segments whole = test::profile_segments(press, press.size() / 5 + 1);
  ASSERT_EQ(whole.size(), 5U);
  const auto changed = [&](auto change) {
    Segments segments = whole;
    change(segments);
    return segments;
  };
  const auto numbered = [&](std::array<int, 5> numbers, int count) {
    return changed([&](Segments& s) {
      for (std::size_t i = 0; i < s.size(); ++i)
        s[i][12] = static_cast<std::byte>(numbers[i]), s[i][13] = static_cast<std::byte>(count);
    });
  };
  const Bytes other = test::swapping_profile(), none = {}, text(40, std::byte{'x'});
  Bytes longer = press;
  longer.resize(press.size() + 9);
  enum class Fate { used, used_with_warning, ignored };
  const struct {
    const char* name;
    Segments segments;
    Fate fate;
  } cases[] = {
      {"in order", whole, Fate::used},
      {"backwards", changed([](Segments& s) { std::ranges::reverse(s); }), Fate::used},
      {"one among others", changed([](Segments& s) {
         s.insert(s.begin() + 2, Bytes{std::byte{'M'}, std::byte{'P'}, std::byte{'F'}});
       }),
       Fate::used},
      {"one is missing", changed([](Segments& s) { s.erase(s.begin() + 1); }), Fate::ignored},
      {"the last is missing", changed([](Segments& s) { s.pop_back(); }), Fate::ignored},
      {"one comes twice", changed([](Segments& s) { s.push_back(s[3]); }), Fate::used},
      {"all come twice", changed([&](Segments& s) { s.insert(s.end(), whole.begin(), whole.end()); }), Fate::used},
      {"one comes again, with other bytes",
       changed([&](Segments& s) { s.insert(s.begin() + 3, part_segment(4, 5, text)); }), Fate::used_with_warning},
      {"one comes again, broken", changed([&](Segments& s) { s.push_back(part_segment(4, 5, text)); }),
       Fate::used_with_warning},
      {"an empty one beside another of its number",
       changed([&](Segments& s) { s.push_back(part_segment(2, 5, none)); }), Fate::used_with_warning},
      {"an empty one more", changed([&](Segments& s) { s.push_back(part_segment(6, 5, none)); }),
       Fate::used_with_warning},
      {"another count in one", changed([](Segments& s) { s[4][13] = std::byte{6}; }), Fate::used_with_warning},
      {"a wrong count in all", numbered({1, 2, 3, 4, 5}, 9), Fate::used_with_warning},
      {"a count of 0", numbered({1, 2, 3, 4, 5}, 0), Fate::used_with_warning},
      {"numbered from 0", numbered({0, 1, 2, 3, 4}, 5), Fate::used_with_warning},
      {"numbered from 0 to one less", numbered({0, 1, 2, 3, 4}, 4), Fate::used_with_warning},
      {"each is 1 of 1", numbered({1, 1, 1, 1, 1}, 1), Fate::used_with_warning},
      {"each is 0 of 0", numbered({0, 0, 0, 0, 0}, 0), Fate::used_with_warning},
      {"a number beyond the count", numbered({9, 2, 3, 4, 5}, 5), Fate::used_with_warning},
      {"0 of 1", {part_segment(0, 1, press)}, Fate::used_with_warning},
      {"1 of 1 three times",
       {part_segment(1, 1, press), part_segment(1, 1, press), part_segment(1, 1, press)},
       Fate::used},
      {"another profile before it", {part_segment(1, 1, other), part_segment(1, 1, press)}, Fate::used_with_warning},
      {"no profile behind it", {part_segment(1, 1, press), part_segment(1, 1, text)}, Fate::used_with_warning},
      {"1 of 1, longer than its header says, twice",
       {part_segment(1, 1, longer), part_segment(2, 1, none)},
       Fate::used_with_warning},
      {"empty alone", {part_segment(1, 1, none)}, Fate::ignored},
      {"no profile at all, twice", {part_segment(1, 1, text), part_segment(1, 1, none)}, Fate::ignored},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    test::JpegRecipe recipe{.space = JCS_CMYK, .quality = 100};
    recipe.app2 = c.segments;
    const Made made = made_from(test::make_jpeg(recipe, flat({200, 100, 50, 230})));
    EXPECT_EQ(made.warnings.empty(), c.fate == Fate::used);
    EXPECT_TRUE(made.header.colours.profile == (c.fate == Fate::ignored ? Bytes{} : press));
  }
}

TEST(Colour, APrefixWithoutANumberIsNoPartOfAProfile) {
  test::JpegRecipe recipe{.space = JCS_RGB, .quality = 100};
  const Bytes segment = part_segment(1, 1, {});
  recipe.app2 = {Bytes(segment.begin(), segment.begin() + 12), Bytes(segment.begin(), segment.begin() + 13)};
  EXPECT_TRUE(made_from(test::make_jpeg(recipe, flat({200, 100, 50}))).warnings.empty());
}

TEST(Colour, AProfileInNoEndOfPartsIsTooLarge) {
  test::JpegRecipe recipe{.space = JCS_RGB, .quality = 100};
  for (int i = 0; i < 2000; ++i) {
    const Bytes part = {static_cast<std::byte>(i), static_cast<std::byte>(i >> 8)};
    recipe.app2.push_back(part_segment(1, 1, part));
  }
  const Made made = made_from(test::make_jpeg(recipe, flat({200, 100, 50})));
  ASSERT_EQ(made.warnings.size(), 1U);
  EXPECT_NE(made.warnings[0].find("too large"), std::string::npos);
}

TEST(Colour, LargeProfilesWorkAndTooLargeOnesAreIgnored) {
  for (const auto& [bytes, works] : {std::pair<std::size_t, bool>{600000, true}, {5 << 20, false}}) {
    SCOPED_TRACE(bytes);
    Bytes profile = test::swapping_profile();
    profile.resize(bytes);  // lcms goes by the size in the header
    for (int i = 0; i < 4; ++i) profile[static_cast<std::size_t>(i)] = static_cast<std::byte>(bytes >> (24 - 8 * i));
    test::JpegRecipe recipe{.space = JCS_RGB, .quality = 100};
    recipe.app2 = test::profile_segments(profile, 65000);
    const std::vector<double> wanted = works ? std::vector<double>{50, 200, 100} : std::vector<double>{200, 100, 50};
    const Made jpeg = made_from(test::make_jpeg(recipe, flat({200, 100, 50})));
    expect_near(centre(jpeg.picture), wanted, 3);
    EXPECT_EQ(jpeg.warnings.empty(), works);
    const Made png = made_from(flat_png({200, 100, 50}, {{"iCCP", test::iccp(profile)}}));
    expect_near(centre(png.picture), wanted, 2);
    EXPECT_EQ(png.warnings.empty(), works);
  }
}

TEST(Colour, PngChunksCountInTheirOrder) {
  const std::string swapping = test::iccp(test::swapping_profile());
  const std::string p3_cicp("\x0C\x0D\0\1", 4), srgb_cicp("\1\x0D\0\1", 4), pq_cicp("\x09\x10\0\1", 4);
  const std::string srgb("\0", 1), linear = test::gama(100000), usual = test::gama(45455);
  const std::string primaries = test::chrm({0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06});
  const std::string turned = test::chrm({0.3127, 0.3290, 0.30, 0.60, 0.15, 0.06, 0.64, 0.33});
  const std::vector<double> colour = {200, 100, 50}, swapped = {50, 200, 100};
  const std::vector<double> p3 = test::converted(test::p3_profile(), colour);
  const std::vector<double> lighter = test::converted(
      test::rgb_profile({{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}}, test::new_power_curve(1)), colour);
  const struct {
    const char* name;
    std::vector<std::pair<const char*, std::string>> chunks;
    std::vector<double> wanted;
    bool warns;
  } cases[] = {
      {"none", {}, colour, false},
      {"cICP of P3", {{"cICP", p3_cicp}}, p3, false},
      {"cICP of sRGB before iCCP", {{"iCCP", swapping}, {"cICP", srgb_cicp}}, colour, false},
      {"PQ before iCCP", {{"iCCP", swapping}, {"cICP", pq_cicp}}, {255, 0, 0}, false},
      {"unknown cICP, then iCCP", {{"cICP", std::string("\x09\x63\0\1", 4)}, {"iCCP", swapping}}, swapped, true},
      {"cICP of a wrong length", {{"cICP", "x"}}, colour, true},
      {"narrow range", {{"cICP", std::string("\x0C\x0D\0\0", 4)}}, colour, true},
      {"iCCP", {{"iCCP", swapping}}, swapped, false},
      {"iCCP before sRGB and gAMA", {{"sRGB", srgb}, {"gAMA", linear}, {"iCCP", swapping}}, swapped, false},
      {"broken iCCP, then sRGB", {{"iCCP", "x"}, {"sRGB", srgb}, {"gAMA", linear}}, colour, true},
      {"broken iCCP, then gAMA", {{"iCCP", swapping.substr(0, 40)}, {"gAMA", linear}}, lighter, true},
      {"grey iCCP, then gAMA", {{"iCCP", test::iccp(test::grey_profile(2))}, {"gAMA", linear}}, lighter, true},
      {"sRGB before gAMA", {{"sRGB", srgb}, {"gAMA", linear}}, colour, false},
      {"gAMA", {{"gAMA", linear}}, lighter, false},
      {"gAMA 45455", {{"gAMA", usual}}, colour, false},
      {"gAMA 45455 and sRGB's primaries", {{"gAMA", usual}, {"cHRM", primaries}}, colour, false},
      {"cHRM alone", {{"cHRM", turned}}, colour, false},
      {"gAMA 0", {{"gAMA", test::gama(0)}}, colour, true},
      {"gAMA and broken cHRM", {{"gAMA", linear}, {"cHRM", "x"}}, lighter, true},
      {"gAMA and a black white", {{"gAMA", linear}, {"cHRM", std::string(32, '\0')}}, lighter, true},
      {"gAMA and primaries in a line",
       {{"gAMA", usual}, {"cHRM", test::chrm({0.3127, 0.329, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3})}},
       colour,
       true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Made made = made_from(flat_png(colour, c.chunks), 16, FailOn::error);
    expect_near(centre(made.picture), c.wanted, 2);
    EXPECT_EQ(!made.warnings.empty(), c.warns);
  }
  const Made turned_round = made_from(flat_png(colour, {{"gAMA", usual}, {"cHRM", turned}}));
  expect_near(centre(turned_round.picture), swapped, 6);  // gamma 1/2.2 is not quite sRGB's curve
}

TEST(Colour, GreyAndAlphaPngsAreConvertedStraight) {
  const Bytes grey = test::grey_profile(1.8), p3 = test::p3_profile();
  for (const double alpha : {255.0, 128.0, 40.0}) {
    SCOPED_TRACE(alpha);
    std::vector<double> wanted = test::converted(p3, {200, 100, 50});
    if (alpha < 255) wanted.push_back(alpha);
    expect_near(centre(made_from(flat_png({200, 100, 50, alpha}, {{"iCCP", test::iccp(p3)}})).picture), wanted, 2);
    wanted = test::converted(grey, {90});
    if (alpha < 255) wanted.push_back(alpha);
    expect_near(centre(made_from(flat_png({90, alpha}, {{"iCCP", test::iccp(grey)}})).picture), wanted, 2);
  }
  const Made linear = made_from(flat_png({55}, {{"gAMA", test::gama(100000)}}));
  expect_near(centre(linear.picture), test::converted(test::grey_profile(1), {55}), 2);
}

TEST(Colour, AProfileThatChangesNothingChangesNoByte) {
  const auto bytes_of = [](const Bytes& jpeg) {
    MemorySource source(jpeg);
    const auto decoder = open_picture(source, Limits{});
    Variant settings;
    settings.width = 20;
    settings.format = OutputFormat::jpeg;
    settings.quality = 80;
    const ThumbnailPlan plan = plan_thumbnail(*decoder, settings);
    return make_thumbnail(decoder->decode(plan.scale(), FailOn::truncated), plan, settings).bytes;
  };
  test::JpegRecipe recipe{.sampling = {{2, 2}, {1, 1}, {1, 1}}};
  const auto plain = bytes_of(test::make_jpeg(recipe, test::texture()));
  recipe.app2 = test::profile_segments(test::srgb_profile());
  EXPECT_EQ(bytes_of(test::make_jpeg(recipe, test::texture())), plain);
  recipe.app2 = test::profile_segments(test::p3_profile());
  EXPECT_NE(bytes_of(test::make_jpeg(recipe, test::texture())), plain);
}

TEST(Colour, AChannelSwappingPictureOfTheCorpusComesOutRight) {
  const char* folder = std::getenv("THUMBS_CORPUS");
  if (folder == nullptr || *folder == '\0') GTEST_SKIP() << "THUMBS_CORPUS is not set";
  std::ifstream file;
  for (const char* path : {"/colour/wide-gamut/rgb-to-gbr-test.jpg", "/wide-gamut/rgb-to-gbr-test.jpg"})
    if (!file.is_open()) file.open(std::string(folder) + path, std::ios::binary);
  if (!file) GTEST_SKIP() << "not in this corpus";
  const std::string text = test::rest_of(file);
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  const Bytes bytes(begin, begin + text.size());
  const Made made = made_from(bytes, 200, FailOn::truncated);
  EXPECT_TRUE(made.warnings.empty());
  // Against the file's own pixels through its own profile, in double precision.
  MemorySource source(bytes);
  Header header = open_picture(source, Limits{})->header();
  const Bytes profile = std::exchange(header.colours.profile, {});
  ASSERT_FALSE(profile.empty());
  const auto decoder = open_picture(source, Limits{});
  Variant settings;
  settings.width = settings.height = 200;
  settings.format = OutputFormat::png;
  ThumbnailPlan plan = plan_thumbnail(*decoder, settings);
  plan.to_srgb = nullptr;
  const Thumbnail raw = make_thumbnail(decoder->decode(plan.scale(), FailOn::truncated), plan, settings);
  MemorySource back(raw.bytes);
  const Picture stored = open_picture(back, Limits{})->decode({1}, FailOn::warning);
  for (int y = 0; y < stored.height; y += 9) {
    for (int x = 0; x < stored.width; x += 9) {
      std::vector<double> from, got;
      for (const Plane& plane : stored.planes) from.push_back(plane.row<std::uint8_t>(y)[x]);
      for (const Plane& plane : made.picture.planes) got.push_back(plane.row<std::uint8_t>(y)[x]);
      expect_near(got, test::converted(profile, from), 2);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace thumbs::image
