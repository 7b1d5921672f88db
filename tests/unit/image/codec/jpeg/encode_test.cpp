// The JPEG encoder's files, read back, and their markers.
#include <gtest/gtest.h>

#include <cmath>

#include "image/codec/codec.h"
#include "image/codec/jpeg/jpeg.h"
#include "support/pictures.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::gradient;
using test::make_picture;

Picture decode(const Bytes& bytes) {
  MemorySource source(bytes);
  return open_picture(source, Limits{})->decode({1}, FailOn::warning);
}

bool has_marker(const Bytes& bytes, int code) {
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i)
    if (bytes[i] == std::byte{0xFF} && bytes[i + 1] == static_cast<std::byte>(code)) return true;
  return false;
}

/// The largest difference of two planes' samples.
int difference(const Plane& a, const Plane& b) {
  int worst = 0;
  for (int y = 0; y < a.height; ++y)
    for (int x = 0; x < a.width; ++x)
      worst = std::max(worst, std::abs(a.row<std::uint8_t>(y)[x] - b.row<std::uint8_t>(y)[x]));
  return worst;
}

double mean_square(const Plane& a, const Plane& b) {
  double sum = 0;
  for (int y = 0; y < a.height; ++y)
    for (int x = 0; x < a.width; ++x) sum += std::pow(a.row<std::uint8_t>(y)[x] - b.row<std::uint8_t>(y)[x], 2);
  return sum / a.width / a.height;
}

TEST(JpegEncode, RawPlanesComeBackWithTheirSamplingAndEdges) {
  struct Chroma {
    int x, y;
  };
  struct Size {
    int width, height;
  };
  Variant settings;
  settings.quality = 98;
  for (const Chroma chroma : {Chroma{1, 1}, Chroma{2, 1}, Chroma{2, 2}, Chroma{1, 2}}) {
    for (const Size size : {Size{1, 1}, Size{17, 9}, Size{64, 64}, Size{133, 71}, Size{200, 15}}) {
      SCOPED_TRACE(std::to_string(chroma.x) + std::to_string(chroma.y) + " " + std::to_string(size.width));
      const Picture in = make_picture(ColourModel::ycbcr, size.width, size.height, gradient(size.width, size.height),
                                      false, chroma.x, chroma.y);
      const Picture out = decode(encode_jpeg(in, settings));
      EXPECT_EQ(out.model, ColourModel::ycbcr);
      EXPECT_EQ(out.width, size.width);
      EXPECT_EQ(out.height, size.height);
      for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_EQ(out.planes[c].pitch_x, in.planes[c].pitch_x);
        EXPECT_EQ(out.planes[c].pitch_y, in.planes[c].pitch_y);
        ASSERT_EQ(out.planes[c].width, in.planes[c].width);
        ASSERT_EQ(out.planes[c].height, in.planes[c].height);
        EXPECT_LE(difference(out.planes[c], in.planes[c]), 3);
      }
    }
  }
}

TEST(JpegEncode, GreyStaysOnePlane) {
  const Picture in = make_picture(ColourModel::grey, 133, 71, gradient(133, 71));
  const Picture out = decode(encode_jpeg(in, Variant{}));
  EXPECT_EQ(out.model, ColourModel::grey);
  EXPECT_LE(difference(out.planes[0], in.planes[0]), 6);
}

TEST(JpegEncode, RgbIsConvertedAndSubsampledAsTold) {
  struct Case {
    const char* title;
    std::optional<int> quality;
    std::optional<ChromaSubsampling> chroma;
    double pitch_x, pitch_y;
  };
  const Case cases[] = {
      {"default", {}, {}, 2, 2},
      {"quality 90 implies 4:4:4", 90, {}, 1, 1},
      {"quality 89 does not", 89, {}, 2, 2},
      {"4:2:2", 95, ChromaSubsampling::s422, 2, 1},
      {"4:2:0 at quality 95", 95, ChromaSubsampling::s420, 2, 2},
      {"4:4:4 at quality 50", 50, ChromaSubsampling::s444, 1, 1},
  };
  const Picture in = make_picture(ColourModel::rgb, 65, 33, [](int c, double, double) { return c == 0 ? 200 : 100; });
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    Variant settings;
    settings.quality = c.quality;
    settings.chroma_subsampling = c.chroma;
    const Picture out = decode(encode_jpeg(in, settings));
    EXPECT_EQ(out.model, ColourModel::ycbcr);
    EXPECT_EQ(out.planes[1].pitch_x, c.pitch_x);
    EXPECT_EQ(out.planes[1].pitch_y, c.pitch_y);
    EXPECT_NEAR(out.planes[0].row<std::uint8_t>(5)[5], 130, 2);  // 0.299 · 200 + 0.701 · 100
    EXPECT_NEAR(out.planes[2].row<std::uint8_t>(5)[5], 178, 3);
  }
}

TEST(JpegEncode, TablesAreOptimisedWhereEffortSaysSo) {
  struct Case {
    const char* title;
    int side;
    int effort;
    bool optimised;
  };
  const Case cases[] = {
      {"effort 0", 64, 0, false},        {"effort 1", 64, 1, true},        {"effort 6 at the limit", 512, 6, true},
      {"effort 6 above", 520, 6, false}, {"effort 7 above", 520, 7, true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    const Picture in = make_picture(ColourModel::ycbcr, c.side, c.side, test::texture(), false, 2, 2);
    Variant settings, plain;
    settings.effort = c.effort;
    plain.effort = 0;
    const std::size_t size = encode_jpeg(in, settings).size(), plain_size = encode_jpeg(in, plain).size();
    if (c.optimised)
      EXPECT_LT(size, plain_size);
    else
      EXPECT_EQ(size, plain_size);
  }
}

TEST(JpegEncode, ProgressiveHoldsTheSamePicture) {
  const Picture in = make_picture(ColourModel::ycbcr, 133, 71, test::texture(), false, 2, 2);
  Variant settings;
  const Bytes baseline = encode_jpeg(in, settings);
  settings.progressive = true;
  const Bytes progressive = encode_jpeg(in, settings);
  EXPECT_TRUE(has_marker(baseline, 0xC0));
  EXPECT_TRUE(has_marker(progressive, 0xC2));
  EXPECT_EQ(test::samples_of(decode(progressive)), test::samples_of(decode(baseline)));
}

TEST(JpegEncode, QualityOrdersSizeAndError) {
  const Picture in = make_picture(ColourModel::grey, 128, 128, test::texture());
  std::size_t last_size = 0;
  double last_error = 1e9;
  for (const int quality : {5, 30, 60, 90, 100}) {
    Variant settings;
    settings.quality = quality;
    const Bytes bytes = encode_jpeg(in, settings);
    const double error = mean_square(decode(bytes).planes[0], in.planes[0]);
    EXPECT_GT(bytes.size(), last_size) << quality;
    EXPECT_LT(error, last_error) << quality;
    last_size = bytes.size();
    last_error = error;
  }
  EXPECT_LT(last_error, 1);
}

TEST(JpegEncode, SameInSameOut) {
  const Picture in = make_picture(ColourModel::ycbcr, 300, 200, test::texture(), false, 2, 2);
  EXPECT_EQ(encode_jpeg(in, Variant{}), encode_jpeg(in, Variant{}));
}

TEST(JpegEncode, NoMetadataIsWritten) {
  const Bytes bytes = encode_jpeg(make_picture(ColourModel::grey, 16, 16, gradient(16, 16)), Variant{});
  EXPECT_EQ(bytes[3], std::byte{0xE0});  // JFIF comes first
  for (const int marker : {0xE1, 0xE2, 0xED, 0xEE, 0xFE}) EXPECT_FALSE(has_marker(bytes, marker)) << marker;
}

TEST(JpegEncode, SidesEndAt65500) {
  Variant settings;
  const auto row = [](int width, int height) {
    return make_picture(ColourModel::grey, width, height, test::constant(9));
  };
  EXPECT_EQ(decode(encode_jpeg(row(65500, 1), settings)).width, 65500);
  EXPECT_EQ(decode(encode_jpeg(row(1, 65500), settings)).height, 65500);
  for (const Picture& picture : {row(65501, 1), row(1, 65501)}) {
    try {
      encode_jpeg(picture, settings);
      ADD_FAILURE() << "encoded";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::too_large);
    }
  }
}

TEST(JpegEncode, RefusesWhatJpegCannotHold) {
  const Picture with_alpha = make_picture(ColourModel::rgb, 8, 8, gradient(8, 8), true);
  Picture unequal = make_picture(ColourModel::ycbcr, 8, 8, gradient(8, 8), false, 2, 2);
  unequal.planes[2].pitch_x = 1;
  Picture small = make_picture(ColourModel::grey, 8, 8, gradient(8, 8));
  small.width = 9;
  for (const Picture* picture :
       {&with_alpha, static_cast<const Picture*>(&unequal), static_cast<const Picture*>(&small)})
    EXPECT_THROW(encode_jpeg(*picture, Variant{}), Error);
}

}  // namespace
}  // namespace thumbs::image
