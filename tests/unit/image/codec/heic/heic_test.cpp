// HEIC: what libheif writes comes back as thumbs reads it. Without an HEVC encoder nothing can be written.
#include "image/codec/heic/heic.h"

#include <gtest/gtest.h>
#include <libheif/heif.h>

#include <string>
#include <string_view>

#include "support/opened.h"
#include "unit/image/codec/given_up.h"

// libheif's encoder, which makes the files here and nothing else in thumbs uses, does not free all that it takes.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libx265\n"; }

namespace thumbs::image {
namespace {

struct HeicRecipe {
  int width = 64;
  int height = 48;
  int bits = 8;
  bool alpha = false;
  heif_orientation orientation = heif_orientation_normal;
  int pictures = 1;
  std::string profile = {};
  std::string exif = {};
  std::string xmp = {};
};

void check(const heif_error& error) {
  if (error.code != heif_error_Ok) throw std::runtime_error(error.message);
}

/// Red grows to the right, green downwards; alpha as green. The second picture is black.
heif_image* drawn(const HeicRecipe& recipe, bool black) {
  heif_image* image = nullptr;
  const int channels = recipe.alpha ? 4 : 3, most = (1 << recipe.bits) - 1;
  heif_chroma chroma = recipe.alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
  if (recipe.bits > 8) chroma = heif_chroma_interleaved_RRGGBB_LE;
  check(heif_image_create(recipe.width, recipe.height, heif_colorspace_RGB, chroma, &image));
  check(heif_image_add_plane(image, heif_channel_interleaved, recipe.width, recipe.height, recipe.bits));
  int stride = 0;
  std::uint8_t* const plane = heif_image_get_plane(image, heif_channel_interleaved, &stride);
  for (int y = 0; y < recipe.height; ++y) {
    for (int x = 0; x < recipe.width; ++x) {
      const int values[] = {x * most / (recipe.width - 1), y * most / (recipe.height - 1), most / 2,
                            y * most / (recipe.height - 1)};
      for (int c = 0; c < channels; ++c) {
        const int value = black ? 0 : values[c], at = x * channels + c;
        if (recipe.bits == 8)
          plane[y * stride + at] = static_cast<std::uint8_t>(value);
        else
          reinterpret_cast<std::uint16_t*>(plane + y * stride)[at] = static_cast<std::uint16_t>(value);
      }
    }
  }
  if (!recipe.profile.empty())
    check(heif_image_set_raw_color_profile(image, "prof", recipe.profile.data(), recipe.profile.size()));
  return image;
}

/// Empty where libheif has no encoder.
test::Bytes make_heic(const HeicRecipe& recipe) {
  heif_context* const context = heif_context_alloc();
  heif_encoder* encoder = nullptr;
  if (heif_context_get_encoder_for_format(context, heif_compression_HEVC, &encoder).code != heif_error_Ok) return {};
  check(heif_encoder_set_lossy_quality(encoder, 95));
  heif_encoding_options* const options = heif_encoding_options_alloc();
  options->image_orientation = recipe.orientation;
  for (int i = 0; i < recipe.pictures; ++i) {
    heif_image* const image = drawn(recipe, i > 0);
    heif_image_handle* handle = nullptr;
    check(heif_context_encode_image(context, image, encoder, options, &handle));
    const auto size = [](const std::string& text) { return static_cast<int>(text.size()); };
    if (!recipe.exif.empty())
      check(heif_context_add_exif_metadata(context, handle, recipe.exif.data(), size(recipe.exif)));
    if (!recipe.xmp.empty()) check(heif_context_add_XMP_metadata(context, handle, recipe.xmp.data(), size(recipe.xmp)));
    heif_image_handle_release(handle);
    heif_image_release(image);
  }
  test::Bytes out;
  heif_writer writer{1, [](heif_context*, const void* data, std::size_t bytes, void* to) {
                       const auto* begin = static_cast<const std::byte*>(data);
                       static_cast<test::Bytes*>(to)->assign(begin, begin + bytes);
                       return heif_error{heif_error_Ok, heif_suberror_Unspecified, ""};
                     }};
  check(heif_context_write(context, &writer, &out));
  heif_encoding_options_free(options);
  heif_encoder_release(encoder);
  heif_context_free(context);
  return out;
}

class Heic : public testing::Test {
 protected:
  void SetUp() override {
    if (make_heic({}).empty()) GTEST_SKIP() << "libheif has no HEVC encoder here";
  }
};

/// The sample of plane `c` at the upright corner.
unsigned at(const test::Opened& opened, int c, int x, int y) {
  const std::size_t pixels =
      static_cast<std::size_t>(opened.header.width) * static_cast<unsigned>(opened.header.height);
  return opened.samples.at(static_cast<std::size_t>(c) * pixels +
                           static_cast<std::size_t>(y * opened.header.width + x));
}

TEST_F(Heic, ComesBack) {
  for (const int bits : {8, 10}) {
    SCOPED_TRACE(bits);
    for (const std::size_t piece : {std::size_t{0}, std::size_t{100}}) {
      const test::Opened opened = test::open_and_decode(make_heic({.bits = bits}), FailOn::warning, {}, piece);
      EXPECT_EQ(opened.fault, "");
      EXPECT_EQ(opened.header.width, 64);
      EXPECT_EQ(opened.header.height, 48);
      EXPECT_TRUE(opened.warnings.empty());
      EXPECT_NEAR(at(opened, 0, 60, 4), 243, 8);
      EXPECT_NEAR(at(opened, 1, 60, 4), 22, 8);
      EXPECT_NEAR(at(opened, 2, 60, 4), 127, 8);
    }
  }
}

TEST_F(Heic, AlphaComesPremultipliedIn16Bits) {
  const test::Opened opened = test::open_and_decode(make_heic({.alpha = true}));
  EXPECT_EQ(opened.fault, "");
  EXPECT_TRUE(opened.header.alpha);
  EXPECT_NEAR(at(opened, 3, 60, 24), 128 * 257, 4 * 257);
  EXPECT_NEAR(at(opened, 0, 60, 24), 243 * 257 / 2, 8 * 257);
  EXPECT_NEAR(at(opened, 0, 60, 0), 0, 4 * 257);
}

TEST_F(Heic, IsTurnedAsItsBoxesSayAndEndsUpright) {
  struct Case {
    heif_orientation orientation;
    int width, x, y;  ///< where the stored top right corner is
  };
  const Case cases[] = {{heif_orientation_normal, 64, 60, 3},        {heif_orientation_flip_horizontally, 64, 3, 3},
                        {heif_orientation_rotate_180, 64, 3, 44},    {heif_orientation_flip_vertically, 64, 60, 44},
                        {heif_orientation_rotate_90_cw, 48, 44, 60}, {heif_orientation_rotate_270_cw, 48, 3, 3}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.orientation);
    const test::Opened opened = test::open_and_decode(make_heic({.orientation = c.orientation}));
    EXPECT_EQ(opened.fault, "");
    EXPECT_EQ(opened.header.orientation, 1);
    EXPECT_TRUE(opened.header.container_orients);
    ASSERT_EQ(opened.header.width, c.width);
    EXPECT_GT(at(opened, 0, c.x, c.y), 220U);
    EXPECT_LT(at(opened, 1, c.x, c.y), 40U);
  }
}

TEST_F(Heic, OfSeveralPicturesThePrimaryOneCounts) {
  const test::Opened opened = test::open_and_decode(make_heic({.pictures = 2}));
  EXPECT_EQ(opened.fault, "");
  EXPECT_EQ(opened.warnings, std::vector<std::string>{"a file of several pictures: its primary one is used"});
  EXPECT_GT(at(opened, 0, 60, 3), 220U);
}

TEST_F(Heic, ShrinksWhileItIsRead) {
  const test::Opened opened = test::open_and_decode(make_heic({}), FailOn::truncated, {4});
  EXPECT_EQ(opened.samples.size(), 16U * 12 * 3);
  EXPECT_NEAR(opened.samples[15], 249, 8);
}

TEST_F(Heic, ProfileAndMetadataAreFound) {
  const std::string exif("II*\0\x08\0\0\0\0\0\0\0\0\0", 14), xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>";
  const test::Bytes file = make_heic({.profile = "any bytes", .exif = exif, .xmp = xmp});
  MemorySource source(file);
  const auto decoder = open_picture(source, Limits{});
  EXPECT_EQ(decoder->header().colours.profile.size(), 9U);
  const MetadataBlocks blocks = decoder->metadata();
  EXPECT_EQ(blocks.exif.size(), exif.size());
  EXPECT_EQ(blocks.xmp.size(), xmp.size());
  EXPECT_TRUE(blocks.notes.empty());
}

TEST_F(Heic, LimitsComeBeforePixels) {
  const test::Opened opened =
      test::open_and_decode(make_heic({}), FailOn::truncated, {}, 0, {.input_pixels = 64 * 48 - 1});
  EXPECT_EQ(opened.fault, "too-large: more pixels than limits.inputPixels allows: 64x48");
}

TEST_F(Heic, EveryCutIsAFaultOfTheFile) {
  const test::Bytes whole = make_heic({});
  for (std::size_t size = 30; size < whole.size(); size += 40) {
    SCOPED_TRACE(size);
    const std::string fault =
        test::open_and_decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}).fault;
    EXPECT_TRUE(fault.starts_with("truncated: ") || fault.starts_with("corrupt: ")) << fault;
    EXPECT_EQ(fault.find('\n'), fault.npos);
  }
}

TEST_F(Heic, DamageIsAFaultOrAPicture) {
  const test::Bytes whole = make_heic({});
  for (std::size_t at = 0; at < whole.size(); at += 23) {
    test::Bytes broken = whole;
    broken[at] ^= std::byte{0x55};
    test::open_and_decode(broken);  // the test is that it comes back
  }
}

TEST_F(Heic, EndsAtItsLimits) {
  const test::Bytes file = make_heic({.width = 640, .height = 480});
  test::expect_interrupted({test::decode_step("heic", file)});
  test::expect_too_slow({test::decode_step("heic", file)});
}

TEST_F(Heic, IsNamedWithItsLibraries) { EXPECT_TRUE(heic_library().starts_with("libheif 1.")) << heic_library(); }

}  // namespace
}  // namespace thumbs::image
