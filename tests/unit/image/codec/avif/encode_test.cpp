// Files of the AVIF encoder, read back by our decoder and by libavif.
#include <gtest/gtest.h>

#include <cmath>

#include "image/codec/avif/avif.h"
#include "image/codec/avif/effort.h"
#include "image/codec/codec.h"
#include "image/colour/colour.h"
#include "support/avifs.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::samples_of;

Variant settings(int quality, bool lossless = false, int effort = 2) {
  Variant v;
  v.quality = quality;
  v.lossless = lossless;
  v.effort = effort;
  v.chroma_subsampling = ChromaSubsampling::s420;
  return v;
}

Picture decode(const Bytes& bytes) {
  MemorySource source(bytes);
  return open_picture(source, Limits{})->decode({1}, FailOn::truncated);
}

/// What libavif reads from the container.
struct Parsed {
  explicit Parsed(const Bytes& bytes) : decoder(avifDecoderCreate()) {
    avifDecoderSetIOMemory(decoder, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    EXPECT_EQ(avifDecoderParse(decoder), AVIF_RESULT_OK);
  }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;
  ~Parsed() { avifDecoderDestroy(decoder); }
  const avifImage& image() const { return *decoder->image; }
  avifDecoder* decoder;
};

test::Pattern pattern() {
  return [](int c, double x, double y) {
    return c == 3 ? 1 + std::fmod(x * 9, 255) : std::fmod(c * 70 + x * 5 + y * 3, 256);
  };
}

TEST(AvifEncode, LosslessKeepsEveryPixel) {
  for (const ColourModel model : {ColourModel::grey, ColourModel::rgb}) {
    for (const bool alpha : {false, true}) {
      Picture picture = test::make_picture(model, 31, 17, pattern(), alpha);
      const Picture back = decode(encode_avif(picture, settings(50, true)));
      EXPECT_EQ(back.model, model);
      if (alpha) premultiply(picture);
      EXPECT_EQ(samples_of(back), samples_of(picture)) << alpha;
    }
  }
}

TEST(AvifEncode, LossyColoursAreNear) {
  for (const int quality : {50, 90}) {
    const Picture picture = test::make_picture(ColourModel::rgb, 64, 48, test::gradient(64, 48));
    Variant v = settings(quality);
    v.chroma_subsampling = ChromaSubsampling::s444;
    const std::vector<unsigned> back = samples_of(to_rgb(decode(encode_avif(picture, v))));
    const std::vector<unsigned> wanted = samples_of(picture);
    ASSERT_EQ(back.size(), wanted.size());
    for (std::size_t i = 0; i < back.size(); ++i) ASSERT_NEAR(back[i], wanted[i], quality == 50 ? 12 : 5);
  }
}

TEST(AvifEncode, TheContainerSaysWhatIsInIt) {
  const Picture picture = test::make_picture(ColourModel::rgb, 40, 30, pattern(), true);
  const struct {
    ChromaSubsampling asked;
    avifPixelFormat format;
  } cases[] = {{ChromaSubsampling::s420, AVIF_PIXEL_FORMAT_YUV420},
               {ChromaSubsampling::s422, AVIF_PIXEL_FORMAT_YUV422},
               {ChromaSubsampling::s444, AVIF_PIXEL_FORMAT_YUV444}};
  for (const auto& c : cases) {
    Variant v = settings(50);
    v.chroma_subsampling = c.asked;
    const Parsed parsed(encode_avif(picture, v));
    EXPECT_EQ(parsed.image().yuvFormat, c.format);
    EXPECT_EQ(parsed.image().depth, 8U);
    EXPECT_EQ(parsed.image().yuvRange, AVIF_RANGE_FULL);
    EXPECT_EQ(parsed.image().colorPrimaries, 1);
    EXPECT_EQ(parsed.image().transferCharacteristics, 13);
    EXPECT_EQ(parsed.image().matrixCoefficients, 6);
    EXPECT_NE(parsed.decoder->alphaPresent, AVIF_FALSE);
    EXPECT_EQ(parsed.image().transformFlags, static_cast<avifTransformFlags>(AVIF_TRANSFORM_NONE));
  }
  const Parsed grey(encode_avif(test::make_picture(ColourModel::grey, 40, 30, pattern()), settings(50)));
  EXPECT_EQ(grey.image().yuvFormat, AVIF_PIXEL_FORMAT_YUV400);
}

TEST(AvifEncode, ProfileAndMetadataAreEmbeddedAndTurnNothing) {
  const Picture picture = test::make_picture(ColourModel::rgb, 16, 16, pattern());
  const Bytes profile(301, std::byte{7}), exif = test::tiff_block(6), xmp(33, std::byte{'x'});
  const Bytes file = encode_avif(picture, settings(80), {.profile = profile, .exif = exif, .xmp = xmp, .iptc = {}});
  const Parsed parsed(file);
  EXPECT_EQ(parsed.image().icc.size, profile.size());
  EXPECT_EQ(parsed.image().exif.size, exif.size());
  EXPECT_EQ(parsed.image().xmp.size, xmp.size());
  MemorySource source(file);
  EXPECT_EQ(open_picture(source, Limits{})->header().orientation, 1);
}

TEST(AvifEncode, QualityCostsBytesEffortChangesThemAndAllIsTheSameTwice) {
  const Picture picture = test::make_picture(ColourModel::rgb, 128, 96, test::texture());
  std::size_t last = 0;
  for (const int quality : {1, 30, 60, 90, 100}) {
    const Bytes file = encode_avif(picture, settings(quality));
    EXPECT_GT(file.size(), last) << quality;
    EXPECT_EQ(file, encode_avif(picture, settings(quality)));
    last = file.size();
  }
  EXPECT_NE(encode_avif(picture, settings(50, false, 6)), encode_avif(picture, settings(50, false, 0)));
}

// Photographs alone do without palettes and the like: a chart without them would take more bytes.
TEST(AvifEncode, ADrawingIsToldFromAPhotograph) {
  const auto chart = [](int, double x, double y) {
    return std::fmod(x, 40) < 20 && std::fmod(y, 30) < 15 ? 20.0 : 240.0;
  };
  const auto page = [&](int c, double x, double y) { return x < 100 && y < 100 ? chart(c, x, y) : 255.0; };
  for (const ColourModel model : {ColourModel::grey, ColourModel::rgb}) {
    EXPECT_TRUE(is_drawn(test::make_picture(model, 200, 150, chart)));
    EXPECT_TRUE(is_drawn(test::make_picture(model, 250, 250, page)));
    EXPECT_FALSE(is_drawn(test::make_picture(model, 200, 150, test::texture())));
    EXPECT_FALSE(is_drawn(test::make_picture(model, 200, 150, test::gradient(200, 150))));
    EXPECT_FALSE(is_drawn(test::make_picture(model, 200, 150, test::constant(255))));
  }
  const Picture drawing = test::make_picture(ColourModel::rgb, 200, 150, chart);
  EXPECT_EQ(avif_effort(drawing, settings(50, false, 4)).speed, 5);
  EXPECT_FALSE(avif_effort(drawing, settings(50, false, 4)).photograph);
  const Picture photograph = test::make_picture(ColourModel::rgb, 200, 150, test::texture());
  EXPECT_TRUE(avif_effort(photograph, settings(50, false, 4)).photograph);
  EXPECT_FALSE(avif_effort(photograph, settings(50, true, 4)).photograph) << "without loss";
}

TEST(AvifEncode, BusyPicturesAreQuantisedMoreCoarsely) {
  const auto waves = [](double height) {
    return [height](int, double x, double y) { return 128 + height * std::sin(x * 1.3) * std::sin(y * 1.7); };
  };
  for (const ColourModel model : {ColourModel::grey, ColourModel::rgb}) {
    const auto coarser = [&](double height) {
      return coarser_by_contrast(test::make_picture(model, 64, 48, waves(height)));
    };
    EXPECT_EQ(coarser(0), -2);
    EXPECT_EQ(coarser(30), 0);
    EXPECT_EQ(coarser(120), 3);
    int last = -2;
    for (const double height : {0, 10, 20, 30, 40, 60, 80, 100, 120}) {
      EXPECT_GE(coarser(height), last) << height;
      last = coarser(height);
    }
    EXPECT_EQ(coarser_by_contrast(test::make_picture(model, 7, 9, waves(120))), 0) << "no whole block";
  }
}

TEST(AvifEncode, SmallAndLongPictures) {
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 300}, {3000, 1}, {7, 9}, {17, 2}}) {
    const Picture picture = test::make_picture(ColourModel::rgb, width, height, test::constant(80));
    const Picture back = decode(encode_avif(picture, settings(80)));
    EXPECT_EQ(back.width, width);
    EXPECT_EQ(back.height, height);
    EXPECT_NEAR(samples_of(to_rgb(decode(encode_avif(picture, settings(80, true))))).front(), 80, 1);
  }
  const Picture picture = test::make_picture(ColourModel::grey, 65536, 1, test::constant(80));
  try {
    encode_avif(picture, settings(80));
    ADD_FAILURE() << "encoded";
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), "too-large");
  }
}

}  // namespace
}  // namespace thumbs::image
