// Neugebauer's sum, one ink after the other.
#include "image/colour/ink_model.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "image/resize/linear_light.h"

namespace thumbs::image {
namespace {

constexpr int k_bits = 16;
constexpr std::int64_t k_whole = 1 << k_bits;  ///< a coverage of 1
constexpr std::int64_t k_half = k_whole / 2;
constexpr std::int64_t k_paper = 65535;  ///< root of the paper's light, in units of which others are

/// Roots of light in red, green and blue; below 0 for what sRGB cannot show.
using Surface = std::array<std::int64_t, 3>;

/// By the inks that cover it: bit 0 cyan, 1 magenta, 2 yellow.
constexpr std::array<Surface, 8> k_surfaces = {{{k_paper, k_paper, k_paper},
                                                {-18883, 38646, 57049},
                                                {59747, 4406, 33012},
                                                {6835, 6469, 30574},
                                                {65535, 59634, -2735},
                                                {-10402, 36929, 10323},
                                                {58958, 5353, 5267},
                                                {7465, 6163, 7879}}};

/// a and b of a curve, of k_whole.
struct Growth {
  std::int64_t a, b;
};

/// By ink (C, M, Y, K) and channel.
constexpr std::array<std::array<Growth, 3>, 4> k_growths = {{
    {{{-2677, -3347}, {4854, -2185}, {7243, -2115}}},
    {{{4793, 6533}, {-1743, -4440}, {5408, -716}}},
    {{{121, 11235}, {6206, -6732}, {-3657, -3067}}},
    {{{-3779, -9013}, {-3779, -9013}, {-3779, -9013}}},
}};

constexpr std::int64_t rounded(std::int64_t a, std::int64_t b) { return (a < 0 ? a - b / 2 : a + b / 2) / b; }

/// By sample, of which 255 is no ink.
using Coverages = std::array<std::int32_t, 256>;

constexpr Coverages coverages_of(const Growth& growth) {
  Coverages coverages{};
  for (std::int64_t sample = 0; sample < 256; ++sample) {
    const std::int64_t ink = 255 - sample;
    const std::int64_t grown = 4 * ink * sample * (growth.a * 255 + growth.b * (2 * ink - 255));
    coverages[static_cast<std::size_t>(sample)] =
        static_cast<std::int32_t>(rounded(ink * k_whole, 255) + rounded(grown, 255 * 255 * 255));
  }
  return coverages;
}

constexpr auto k_coverages = [] {
  std::array<std::array<Coverages, 3>, 4> coverages{};
  for (std::size_t ink = 0; ink < 4; ++ink)
    for (std::size_t c = 0; c < 3; ++c) coverages[ink][c] = coverages_of(k_growths[ink][c]);
  return coverages;
}();

std::int64_t between(std::int64_t without, std::int64_t with, std::int64_t coverage) {
  return without + (((with - without) * coverage + k_half) >> k_bits);
}

/// Of paper under these samples of ink, in one channel.
std::size_t light_of(std::size_t channel, const std::array<std::uint8_t, 4>& samples) {
  const auto covered = [&](std::size_t ink) { return k_coverages[ink][channel][samples[ink]]; };
  const auto over = [&](std::size_t others) {
    return between(k_surfaces[others][channel], k_surfaces[others + 1][channel], covered(0));
  };
  const std::int64_t without_yellow = between(over(0), over(2), covered(1));
  const std::int64_t with_yellow = between(over(4), over(6), covered(1));
  const std::int64_t root = between(between(without_yellow, with_yellow, covered(2)), 0, covered(3));
  const std::int64_t shown = std::clamp<std::int64_t>(root, 0, k_paper);
  return static_cast<std::size_t>(rounded(shown * shown, k_paper));
}

class InkModel final : public ToSrgb {
 public:
  void apply(Picture& picture) const override {
    assert(picture.model == ColourModel::cmyk && picture.bytes_per_sample() == 1 && picture.planes[0].pitch_x == 1);
    for (int y = 0; y < picture.height; ++y) convert_row(picture, y);
    picture.planes.erase(picture.planes.begin() + 3);
    picture.model = ColourModel::rgb;
  }

 private:
  static void convert_row(Picture& picture, int y) {
    const TransferTable& stored = srgb_of_light();
    std::array<std::uint8_t*, 4> rows{};
    for (std::size_t i = 0; i < 4; ++i) rows[i] = picture.planes[i].row<std::uint8_t>(y);
    for (int x = 0; x < picture.width; ++x) {
      const std::array<std::uint8_t, 4> samples = {rows[0][x], rows[1][x], rows[2][x], rows[3][x]};
      for (std::size_t c = 0; c < 3; ++c)
        rows[c][x] = static_cast<std::uint8_t>((stored[light_of(c, samples)] + 128) / 257);
    }
  }
};

}  // namespace

std::shared_ptr<const ToSrgb> printed_ink() {
  static const auto model = std::make_shared<const InkModel>();
  return model;
}

}  // namespace thumbs::image
