// Sharpening against its formula in double precision.
#include "image/resize/sharpen.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

#include "support/pictures.h"
#include "unit/image/resize/resize_support.h"

namespace thumbs::image {
namespace {

using test::sample;

double luma_at(const Picture& p, int x, int y) {
  if (p.model != ColourModel::rgb) return sample(p.planes[0], x, y);
  return 0.299 * sample(p.planes[0], x, y) + 0.587 * sample(p.planes[1], x, y) + 0.114 * sample(p.planes[2], x, y);
}

/// What luma gains at (x, y), straight from the definition.
double wanted_gain(const Picture& p, double sigma, int x, int y) {
  const int radius = static_cast<int>(std::ceil(3 * sigma));
  double sum = 0, weights = 0;
  for (int v = -radius; v <= radius; ++v) {
    for (int u = -radius; u <= radius; ++u) {
      const int at_x = std::clamp(x + u, 0, p.width - 1), at_y = std::clamp(y + v, 0, p.height - 1);
      const double weight = std::exp(-(u * u + v * v) / (2 * sigma * sigma)) *
                            (p.alpha ? sample(p.planes.back(), at_x, at_y) / 255.0 : 1);
      sum += weight * luma_at(p, at_x, at_y);
      weights += weight;
    }
  }
  if (weights == 0) return 0;
  const double d = luma_at(p, x, y) - sum / weights;
  const double gained = std::abs(d) <= 5.1 ? std::abs(d) : 2 * std::abs(d) - 5.1;
  return d >= 0 ? std::min(gained, 25.5) : -std::min(gained, 51.0);
}

TEST(Sharpen, AgreesWithItsFormula) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  const struct {
    const char* name;
    ColourModel model;
    bool alpha;
  } cases[] = {{"grey", ColourModel::grey, false},
               {"ycbcr", ColourModel::ycbcr, false},
               {"rgb", ColourModel::rgb, false},
               {"grey with alpha", ColourModel::grey, true},
               {"rgb with alpha", ColourModel::rgb, true}};
  for (const auto& c : cases) {
    for (const double sigma : {0.3, 0.5, 1.0, 2.5, 10.0}) {
      SCOPED_TRACE(std::string(c.name) + " sigma " + std::to_string(sigma));
      const Picture before = test::make_picture(c.model, 41, 33, test::texture(seed), c.alpha);
      Picture after = test::make_picture(c.model, 41, 33, test::texture(seed), c.alpha);
      sharpen(after, sigma);
      for (int y = 0; y < 33; y += 2) {
        for (int x = 0; x < 41; x += 2) {
          const double gain = wanted_gain(before, sigma, x, y);
          for (std::size_t i = 0; i < before.planes.size(); ++i) {
            const bool sharpened = i == 0 || (c.model == ColourModel::rgb && i < 3);
            const double wanted = sample(before.planes[i], x, y) + (sharpened ? gain : 0);
            ASSERT_NEAR(sample(after.planes[i], x, y), std::clamp(wanted, 0.0, 255.0), sharpened ? 1 : 0)
                << "plane " << i << " at " << x << ',' << y;
          }
        }
      }
    }
  }
}

TEST(Sharpen, LeavesFlatPicturesAlone) {
  for (const double value : {0.0, 1.0, 128.0, 255.0}) {
    for (const bool alpha : {false, true}) {
      Picture picture = test::make_picture(ColourModel::rgb, 20, 9, test::constant(value), alpha);
      sharpen(picture, 3);
      for (const unsigned got : test::samples_of(picture)) ASSERT_EQ(got, static_cast<unsigned>(value));
    }
  }
}

TEST(Sharpen, TinyPicturesAndSigmasWork) {
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 50}, {50, 1}, {3, 2}}) {
    for (const double sigma : {1e-6, 0.01, 10.0}) {
      const Picture before = test::make_picture(ColourModel::grey, width, height, test::texture());
      Picture after = test::make_picture(ColourModel::grey, width, height, test::texture());
      sharpen(after, sigma);
      if (sigma < 0.1 || width * height == 1) {
        EXPECT_EQ(test::samples_of(after), test::samples_of(before));
      }
    }
  }
}

TEST(Sharpen, WhatIsClearDoesNotBleedIn) {
  // Opaque grey beside clear black: seen as flat.
  const auto pattern = [](int c, double x, double) { return c == 1 ? (x < 10 ? 255.0 : 0.0) : (x < 10 ? 100.0 : 0.0); };
  Picture picture = test::make_picture(ColourModel::grey, 20, 8, pattern, true);
  sharpen(picture, 2);
  for (int x = 0; x < 10; ++x) EXPECT_NEAR(sample(picture.planes[0], x, 4), 100, 1) << x;
}

}  // namespace
}  // namespace thumbs::image
