// Conversions to sRGB: compared with lcms in double precision, from many threads; and what is ignored.
#include "image/colour/icc.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <thread>
#include <utility>

#include "image/colour/code_points.h"
#include "image/colour/conversion_cache.h"
#include "image/colour/ink_model.h"
#include "unit/image/colour/profiles.h"

namespace thumbs::image {
namespace {

using test::Bytes;

ColourSpace with_profile(Bytes profile) { return {std::move(profile), std::nullopt}; }

/// A picture of one pixel for each colour (0 to 255, without alpha), in 8 or 16 bits.
Picture pixels(ColourModel model, const std::vector<std::vector<double>>& colours, int bits) {
  Picture picture;
  picture.width = static_cast<int>(colours.size());
  picture.height = 1;
  picture.model = model;
  for (std::size_t c = 0; c < colours.front().size(); ++c) {
    Plane& plane = picture.planes.emplace_back(picture.width, 1, bits / 8);
    for (std::size_t x = 0; x < colours.size(); ++x) {
      const double value = model == ColourModel::cmyk ? 255 - colours[x][c] : colours[x][c];
      if (bits == 8) plane.row<std::uint8_t>(0)[x] = static_cast<std::uint8_t>(value);
      if (bits == 16) plane.row<std::uint16_t>(0)[x] = static_cast<std::uint16_t>(value * 257);
    }
  }
  return picture;
}

std::vector<std::vector<double>> sample_colours(std::size_t channels) {
  std::vector<std::vector<double>> colours;
  unsigned seed = 1;
  for (int i = 0; i < 2000; ++i) {
    std::vector<double>& colour = colours.emplace_back();
    for (std::size_t c = 0; c < channels; ++c) colour.push_back((seed = seed * 1664525 + 1013904223) >> 24);
  }
  for (int v = 0; v < 256; ++v) colours.emplace_back(channels, v);
  return colours;
}

/// The greatest distance, of 255, from lcms's own conversion in double precision.
double worst_distance(const Bytes& profile, ColourModel model, int bits) {
  const auto colours = sample_colours(static_cast<std::size_t>(colour_planes(model)));
  Picture picture = pixels(model, colours, bits);
  const Conversion conversion = conversion_to_srgb(with_profile(profile), model, bits);
  if (!conversion.to_srgb) return 1000;
  conversion.to_srgb->apply(picture);
  const auto all_wanted = test::all_converted(profile, colours);
  double worst = 0;
  for (std::size_t x = 0; x < colours.size(); ++x) {
    const std::vector<double>& wanted = all_wanted[x];
    if (wanted.size() != picture.planes.size()) return 1000;
    for (std::size_t c = 0; c < wanted.size(); ++c) {
      const Plane& plane = picture.planes[c];
      const double got = bits == 8 ? plane.row<std::uint8_t>(0)[x] : plane.row<std::uint16_t>(0)[x] / 257.0;
      worst = std::max(worst, std::abs(got - wanted[c]));
    }
  }
  return worst;
}

TEST(Icc, ConversionsAreThoseOfDoublePrecision) {
  const struct {
    const char* name;
    Bytes profile;
    ColourModel model;
  } cases[] = {
      {"Adobe RGB", test::adobe_profile(), ColourModel::rgb},
      {"Display P3", test::p3_profile(), ColourModel::rgb},
      {"swapped channels", test::swapping_profile(), ColourModel::rgb},
      {"linear", test::rgb_profile({{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}}, test::new_power_curve(1)),
       ColourModel::rgb},
      {"grey, gamma 1.8", test::grey_profile(1.8), ColourModel::grey},
      {"grey, gamma 1", test::grey_profile(1), ColourModel::grey},
      {"CMYK", test::cmyk_profile(), ColourModel::cmyk},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_LE(worst_distance(c.profile, c.model, 8), 2);
    if (c.model != ColourModel::cmyk) {
      EXPECT_LE(worst_distance(c.profile, c.model, 16), 2);
    }
  }
}

TEST(Icc, WhatIsSrgbAlreadyIsNotConverted) {
  const Bytes by_hand = test::rgb_profile({{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}}, test::new_srgb_curve());
  for (const Bytes& profile : {test::srgb_profile(), by_hand}) {
    for (const int bits : {8, 16}) {
      const Conversion conversion = conversion_to_srgb(with_profile(profile), ColourModel::ycbcr, bits);
      EXPECT_EQ(conversion.to_srgb, nullptr);
      EXPECT_EQ(conversion.warning, "");
    }
  }
  EXPECT_EQ(conversion_to_srgb({}, ColourModel::rgb, 8).to_srgb, nullptr);
  EXPECT_EQ(conversion_to_srgb({{}, ColourEncoding{}}, ColourModel::grey, 16).to_srgb, nullptr);
}

TEST(Icc, WhatDoesNotFitIsIgnoredByName) {
  Bytes cut = test::cmyk_profile();
  cut.resize(400);
  Bytes wrong_class = test::p3_profile();
  for (std::size_t i = 0; i < 4; ++i) wrong_class[12 + i] = static_cast<std::byte>("link"[i]);
  const struct {
    const char* name;
    Bytes profile;
    ColourModel model;
    const char* says;
  } cases[] = {
      {"nothing", Bytes(1), ColourModel::rgb, "cannot be read"},
      {"zeros", Bytes(4000), ColourModel::rgb, "cannot be read"},
      {"tags cut off", cut, ColourModel::cmyk, "it is broken"},
      {"a device link", wrong_class, ColourModel::rgb, "does not describe pictures"},
      {"grey for RGB", test::grey_profile(1.8), ColourModel::rgb, "it is not for RGB pictures"},
      {"CMYK for YCbCr", test::cmyk_profile(), ColourModel::ycbcr, "it is not for RGB pictures"},
      {"RGB for grey", test::p3_profile(), ColourModel::grey,
       "\"RGB built-in\" is ignored: it is not for grey pictures"},
      {"RGB for CMYK", test::p3_profile(), ColourModel::cmyk, "it is not for CMYK pictures"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Conversion conversion = conversion_to_srgb(with_profile(c.profile), c.model, 8);
    EXPECT_EQ(conversion.to_srgb, c.model == ColourModel::cmyk ? printed_ink() : nullptr);
    EXPECT_NE(conversion.warning.find(c.says), std::string::npos) << conversion.warning;
  }
}

TEST(Icc, AnIgnoredProfileLeavesTheEncodingToCount) {
  ColourEncoding linear;
  linear.curve = TransferCurve::power;
  const Conversion conversion = conversion_to_srgb({Bytes(500), linear}, ColourModel::rgb, 8);
  EXPECT_NE(conversion.to_srgb, nullptr);
  EXPECT_NE(conversion.warning, "");
}

// H.273's table 3, inverted.
TEST(Icc, EveryTransferOfCodePointsIsInverted) {
  const auto srgb = [](double light) {
    return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
  };
  const auto bt709 = [](double v) { return v < 0.081 ? v / 4.5 : std::pow((v + 0.099) / 1.099, 1 / 0.45); };
  const struct {
    int code;
    std::function<double(double)> light;
  } cases[] = {
      {1, bt709},
      {4, [](double v) { return std::pow(v, 2.2); }},
      {5, [](double v) { return std::pow(v, 2.8); }},
      {6, bt709},
      {7, [](double v) { return v < 0.0913 ? v / 4 : std::pow((v + 0.1115) / 1.1115, 1 / 0.45); }},
      {8, [](double v) { return v; }},
      {9, [](double v) { return v == 0 ? 0 : std::pow(10, 2 * (v - 1)); }},
      {10, [](double v) { return v == 0 ? 0 : std::pow(10, 2.5 * (v - 1)); }},
      {11, bt709},
      {12, bt709},
      {14, bt709},
      {15, bt709},
      {17, [](double v) { return std::min(1.0, 52.37 / 48 * std::pow(v, 2.6)); }},
  };
  for (const auto& c : cases) {
    for (const ColourModel model : {ColourModel::rgb, ColourModel::grey}) {
      const CodePoints meant = encoding_of(1, c.code);
      ASSERT_TRUE(meant.encoding) << c.code;
      std::vector<std::vector<double>> greys;
      for (const double v : {0, 1, 12, 60, 128, 200, 250, 255})
        greys.emplace_back(static_cast<std::size_t>(colour_planes(model)), v);
      Picture picture = pixels(model, greys, 16);
      const Conversion conversion = conversion_to_srgb({{}, meant.encoding}, model, 16);
      ASSERT_NE(conversion.to_srgb, nullptr) << c.code;
      conversion.to_srgb->apply(picture);
      for (std::size_t x = 0; x < greys.size(); ++x)
        for (const Plane& plane : picture.planes)
          EXPECT_NEAR(plane.row<std::uint16_t>(0)[x] / 257.0, 255 * srgb(c.light(greys[x][0] / 255)), 0.6)
              << "transfer " << c.code << " of " << greys[x][0];
    }
  }
  for (const int code : {0, 2, 3, 19, 255}) EXPECT_FALSE(encoding_of(1, code).encoding) << code;
}

TEST(Icc, AProfileOfRandomDamageIsNeverWorseThanIgnored) {
  std::uint32_t seed = 7;
  for (const auto& [profile, model] :
       {std::pair{test::p3_profile(), ColourModel::rgb}, std::pair{test::cmyk_profile(), ColourModel::cmyk},
        std::pair{test::grey_profile(1.8), ColourModel::grey}}) {
    for (int round = 0; round < 60; ++round) {
      Bytes damaged = profile;
      for (int i = 0; i < 8; ++i) {
        seed = seed * 1664525 + 1013904223;
        damaged[(seed >> 8) % std::min<std::size_t>(damaged.size(), 600)] = static_cast<std::byte>(seed >> 24);
      }
      const Conversion conversion = conversion_to_srgb(with_profile(damaged), model, 8);
      Picture picture = pixels(model, sample_colours(static_cast<std::size_t>(colour_planes(model))), 8);
      if (conversion.to_srgb) conversion.to_srgb->apply(picture);
    }
  }
}

TEST(Icc, OneConversionServesManyThreads) {
  const std::vector<Bytes> profiles = {test::adobe_profile(), test::p3_profile(), test::swapping_profile()};
  const auto colours = sample_colours(3);
  std::vector<std::vector<unsigned>> wanted;
  for (const Bytes& profile : profiles) {
    Picture picture = pixels(ColourModel::rgb, colours, 8);
    conversion_to_srgb(with_profile(profile), ColourModel::rgb, 8).to_srgb->apply(picture);
    wanted.push_back(test::samples_of(picture));
  }
  EXPECT_EQ(conversion_to_srgb(with_profile(profiles[0]), ColourModel::rgb, 8).to_srgb,
            conversion_to_srgb(with_profile(profiles[0]), ColourModel::ycbcr, 8).to_srgb);
  std::vector<int> wrong(8);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 40; ++i) {
        const std::size_t which = (i + t) % profiles.size();
        Picture picture = pixels(ColourModel::rgb, colours, 8);
        conversion_to_srgb(with_profile(profiles[which]), ColourModel::rgb, 8).to_srgb->apply(picture);
        wrong[t] += test::samples_of(picture) == wanted[which] ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(8, 0));
}

TEST(Icc, TheCacheIsBounded) {
  for (int i = 0; i < 40; ++i) conversion_to_srgb(with_profile(test::grey_profile(1 + i / 50.0)), ColourModel::grey, 8);
  EXPECT_LE(ConversionCache::shared().size(), 16U);
  ConversionCache cache;
  for (std::size_t i = 0; i < 5; ++i)
    cache.get({Bytes((3U << 20) + i), ColourModel::rgb, 8, true}, [] { return Conversion{}; });
  EXPECT_EQ(cache.size(), 2U);
}

}  // namespace
}  // namespace thumbs::image
