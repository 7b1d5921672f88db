// PQ and HLG: known points of their curves, in sRGB.
#include "image/colour/hdr.h"

#include <gtest/gtest.h>

#include "support/pictures.h"

namespace thumbs::image {
namespace {

constexpr Chromaticities k_bt2020 = {{0.3127, 0.3290}, {0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}};

std::vector<unsigned> mapped(TransferCurve curve, const std::vector<double>& colour, int bits, double alpha = -1,
                             Chromaticities chromaticities = k_bt2020) {
  Picture picture;
  picture.width = picture.height = 1;
  picture.model = colour.size() == 1 ? ColourModel::grey : ColourModel::rgb;
  const double full = bits == 8 ? 255 : 65535;
  const auto add = [&](double value) {
    Plane& plane = picture.planes.emplace_back(1, 1, bits / 8);
    if (bits == 8) plane.row<std::uint8_t>(0)[0] = static_cast<std::uint8_t>(value * full + 0.5);
    if (bits == 16) plane.row<std::uint16_t>(0)[0] = static_cast<std::uint16_t>(value * full + 0.5);
  };
  for (const double v : colour) add(alpha < 0 ? v : v * alpha);
  if (alpha >= 0) add(alpha);
  picture.alpha = picture.premultiplied = alpha >= 0;
  const ColourEncoding encoding{chromaticities, curve, 1};
  hdr_to_srgb(encoding, picture.model, bits)->apply(picture);
  return test::samples_of(picture);
}

TEST(Hdr, KnownPointsComeOutRight) {
  // BT.2408: PQ 0.58 and HLG 0.75 are the reference white, which the roll-off puts at 0.9 of the light, sRGB 243.
  // PQ 0.4578 is 60 cd/m², below the knee: 0.2956 of the white, sRGB 148.
  const struct {
    const char* name;
    TransferCurve curve;
    double signal;
    double wanted;
  } cases[] = {{"PQ black", TransferCurve::pq, 0, 0},        {"PQ white", TransferCurve::pq, 0.5807, 243},
               {"PQ mid", TransferCurve::pq, 0.4578, 147.9}, {"PQ peak", TransferCurve::pq, 1, 255},
               {"HLG black", TransferCurve::hlg, 0, 0},      {"HLG white", TransferCurve::hlg, 0.75, 243},
               {"HLG peak", TransferCurve::hlg, 1, 254}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    for (const std::size_t channels : {1U, 3U}) {
      const std::vector<double> colour(channels, c.signal);
      for (const unsigned got : mapped(c.curve, colour, 8)) EXPECT_NEAR(got, c.wanted, 2);
      for (const unsigned got : mapped(c.curve, colour, 16)) EXPECT_NEAR(got / 257.0, c.wanted, 1);
    }
  }
}

TEST(Hdr, SignalsStayInOrderAndNeverClip) {
  for (const TransferCurve curve : {TransferCurve::pq, TransferCurve::hlg}) {
    unsigned before = 0;
    for (int i = 1; i <= 100; ++i) {
      const unsigned got = mapped(curve, {i / 100.0}, 16)[0];
      EXPECT_GT(got, before) << i;
      before = got;
    }
  }
}

TEST(Hdr, PrimariesBecomeThoseOfSrgb) {
  // BT.2020's green lies outside of sRGB: red and blue are cut off at 0.
  const std::vector<unsigned> green = mapped(TransferCurve::pq, {0, 0.5, 0}, 8);
  EXPECT_EQ(green[0], 0U);
  EXPECT_EQ(green[2], 0U);
  EXPECT_GT(green[1], 100U);
  // With sRGB's own primaries nothing mixes.
  const std::vector<unsigned> own = mapped(TransferCurve::pq, {0.5, 0.3, 0.1}, 16, -1, k_srgb_chromaticities);
  for (std::size_t c = 0; c < 3; ++c)
    EXPECT_NEAR(own[c], mapped(TransferCurve::pq, {c == 0 ? 0.5 : c == 1 ? 0.3 : 0.1}, 16)[0], 2);
}

TEST(Hdr, PremultipliedColoursAreMappedStraight) {
  const unsigned straight = mapped(TransferCurve::pq, {0.5, 0.5, 0.5}, 16)[0];
  const std::vector<unsigned> got = mapped(TransferCurve::pq, {0.5, 0.5, 0.5}, 16, 0.4);
  EXPECT_NEAR(got[0] / 0.4, straight, 60);
  EXPECT_EQ(got[3], static_cast<unsigned>(0.4 * 65535 + 0.5));
}

TEST(Hdr, PrimariesInALineGiveNothing) {
  const Chromaticities line = {{0.3127, 0.329}, {0.3, 0.3}, {0.3, 0.3}, {0.3, 0.3}};
  EXPECT_EQ(hdr_to_srgb({line, TransferCurve::pq, 1}, ColourModel::rgb, 8), nullptr);
}

}  // namespace
}  // namespace thumbs::image
