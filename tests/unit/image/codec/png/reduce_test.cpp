// A PNG is written in the smallest form that keeps every sample.
#include "image/codec/png/reduce.h"

#include <gtest/gtest.h>

#include <cmath>

#include "image/codec/codec.h"
#include "image/codec/png/png.h"
#include "image/colour/colour.h"
#include "support/pictures.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::make_picture;

struct Written {
  int type, depth;
  Bytes bytes;
};

Written written(const Picture& picture, const Attachments& attachments = {},
                std::span<const std::uint32_t> palette = {}) {
  Attachments all = attachments;
  all.palette = palette;
  const Bytes bytes = encode_png(picture, Variant{}, all);
  return {std::to_integer<int>(bytes[25]), std::to_integer<int>(bytes[24]), bytes};
}

bool has_chunk(const Bytes& bytes, std::string_view name) {
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()).find(name) !=
         std::string_view::npos;
}

/// RGBA of each pixel; what is invisible has no colour.
std::vector<std::uint32_t> pixels_of(const Picture& picture) {
  std::vector<std::uint32_t> pixels;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const auto sample = [&](const Plane& plane) { return std::uint32_t{plane.row<std::uint8_t>(y)[x]}; };
      const bool rgb = picture.model == ColourModel::rgb;
      const std::uint32_t alpha = picture.alpha ? sample(picture.planes.back()) : 255;
      const std::uint32_t colour = sample(picture.planes[0]) << 24 | sample(picture.planes[rgb ? 1 : 0]) << 16 |
                                   sample(picture.planes[rgb ? 2 : 0]) << 8;
      pixels.push_back(alpha == 0 ? 0 : colour | alpha);
    }
  }
  return pixels;
}

Picture decoded(const Bytes& bytes) {
  MemorySource source(bytes);
  Picture picture = open_picture(source, Limits{})->decode({1}, FailOn::warning);
  return picture.premultiplied ? unpremultiply(picture) : std::move(picture);
}

/// `count` colours in patches without order.
test::Pattern colours(int count) {
  return [=](int c, double x, double y) {
    const auto patch = static_cast<unsigned>(x / 2) * 7919U + static_cast<unsigned>(y / 3) * 104729U;
    const int i = static_cast<int>((patch ^ patch >> 5) % static_cast<unsigned>(count));
    return c == 3 ? 255 : (i * (c + 1) + 37 * c * (i % 11) + (c == 2 ? i / 2 : 0)) & 255;
  };
}

/// Greys, each a multiple of `step`.
test::Pattern greys(int step) {
  return [=](int c, double x, double y) {
    const auto mixed = static_cast<unsigned>(x) * 31U + static_cast<unsigned>(y) * 57U;
    return c == 3 ? 255 : static_cast<int>((mixed ^ mixed >> 3) % static_cast<unsigned>(255 / step + 1)) * step;
  };
}

test::Pattern with_alpha(const test::Pattern& colour, const test::Pattern& alpha, int alpha_plane) {
  return [=](int c, double x, double y) { return c == alpha_plane ? alpha(c, x, y) : colour(c, x, y); };
}

struct Case {
  const char* title;
  ColourModel model;
  test::Pattern pattern;
  bool alpha;
  int type, depth;
};

const test::Pattern k_many = [](int c, double x, double y) {
  return static_cast<int>(x * (3 + c) + y * (5 - c) + c * 40) & 255;
};
const test::Pattern k_clear_or_not = [](int, double x, double) { return x < 40 ? 0 : 255; };
const test::Pattern k_soft = [](int, double x, double) { return std::fmod(x * 2, 256); };

const Case k_cases[] = {
    {"2 colours", ColourModel::rgb, colours(2), false, 3, 1},
    {"3 colours", ColourModel::rgb, colours(3), false, 3, 2},
    {"5 colours", ColourModel::rgb, colours(5), false, 3, 4},
    {"40 colours", ColourModel::rgb, colours(40), false, 3, 8},
    {"200 colours", ColourModel::rgb, colours(200), false, 3, 8},
    {"more colours than a palette has", ColourModel::rgb, k_many, false, 2, 8},
    {"colours, opaque alpha", ColourModel::rgb, colours(40), true, 3, 8},
    {"many colours, opaque alpha", ColourModel::rgb, with_alpha(k_many, test::constant(255), 3), true, 2, 8},
    {"many colours, alpha", ColourModel::rgb, with_alpha(k_many, k_soft, 3), true, 6, 8},
    {"few colours, clear parts", ColourModel::rgb, with_alpha(colours(4), k_clear_or_not, 3), true, 3, 4},
    {"RGB that is grey", ColourModel::rgb, greys(1), false, 0, 8},
    {"RGB that is grey, of 16 levels", ColourModel::rgb, greys(17), false, 0, 4},
    {"RGB that is black and white", ColourModel::rgb, greys(255), false, 0, 1},
    {"RGB that is grey, soft alpha", ColourModel::rgb, with_alpha(greys(1), k_soft, 3), true, 4, 8},
    {"grey", ColourModel::grey, greys(1), false, 0, 8},
    {"grey of 52 levels", ColourModel::grey, greys(5), false, 0, 8},
    {"grey of 16 levels", ColourModel::grey, greys(17), false, 0, 4},
    {"grey of 4 levels", ColourModel::grey, greys(85), false, 0, 2},
    {"grey of 2 levels", ColourModel::grey, greys(255), false, 0, 1},
    {"grey, opaque alpha", ColourModel::grey, with_alpha(greys(17), test::constant(255), 1), true, 0, 4},
    {"grey, alpha", ColourModel::grey, with_alpha(greys(17), k_clear_or_not, 1), true, 4, 8},
};

TEST(PngReduce, TheSmallestFormHoldsEverySample) {
  for (const Case& c : k_cases) {
    SCOPED_TRACE(c.title);
    // Large enough for the fewest bits to be all that counts.
    const Picture in = make_picture(c.model, 450, 320, c.pattern, c.alpha);
    const Written out = written(in);
    EXPECT_EQ(out.type, c.type);
    EXPECT_EQ(out.depth, c.depth);
    EXPECT_EQ(pixels_of(decoded(out.bytes)), pixels_of(in));
    EXPECT_EQ(out.bytes, written(in).bytes);
  }
}

TEST(PngReduce, EverySizeComesBackAsItWas) {
  for (const Case& c : k_cases) {
    for (const auto& [width, height] : {std::pair{1, 1}, {2, 1}, {1, 9}, {7, 5}, {9, 16}, {33, 3}, {129, 131}}) {
      SCOPED_TRACE(std::string(c.title) + " " + std::to_string(width) + "×" + std::to_string(height));
      const Picture in = make_picture(c.model, width, height, c.pattern, c.alpha);
      for (const int level : {0, 1, 9}) {
        Variant settings;
        settings.compression_level = level;
        EXPECT_EQ(pixels_of(decoded(encode_png(in, settings))), pixels_of(in)) << level;
      }
    }
  }
}

TEST(PngReduce, APaletteIsNotTakenWhereItCostsMore) {
  const test::Pattern slope = [](int c, double x, double y) { return 8 * x + 6 * y + (c == 1 ? 9 : 0); };
  const Picture in = make_picture(ColourModel::rgb, 16, 16, slope);
  ASSERT_TRUE(PngColours::of(in));
  EXPECT_EQ(written(in).type, PNG_COLOR_TYPE_RGB);  // a palette alone has more bytes than this file
}

TEST(PngReduce, AProfileGoesWithItsModelAlone) {
  const Bytes profile(300, std::byte{7});
  Attachments attachments;
  attachments.profile = profile;
  const auto type_of = [&](ColourModel model, const test::Pattern& pattern) {
    const Written out = written(make_picture(model, 450, 320, pattern), attachments);
    EXPECT_TRUE(has_chunk(out.bytes, "iCCP"));
    return std::pair{out.type, out.depth};
  };
  EXPECT_EQ(type_of(ColourModel::rgb, greys(1)), (std::pair{3, 8}));
  EXPECT_EQ(type_of(ColourModel::rgb, colours(5)), (std::pair{3, 4}));
  EXPECT_EQ(type_of(ColourModel::rgb, k_many), (std::pair{2, 8}));
  EXPECT_EQ(type_of(ColourModel::grey, greys(85)), (std::pair{0, 2}));
}

TEST(PngReduce, AttachmentsComeBeforeThePalette) {
  const Bytes profile(300, std::byte{7}), exif = test::tiff_block(1), xmp(200, std::byte{'x'});
  const Attachments attachments{.profile = profile, .exif = exif, .xmp = xmp, .iptc = {}};
  const Bytes bytes = written(make_picture(ColourModel::rgb, 300, 200, colours(9)), attachments).bytes;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::size_t profile_at = text.find("iCCP"), palette_at = text.find("PLTE");
  EXPECT_LT(profile_at, palette_at);
  for (const char* name : {"eXIf", "iTXt", "PLTE"}) EXPECT_LT(text.find(name), text.find("IDAT")) << name;
}

TEST(PngReduce, ASourcesPaletteKeepsItsOrder) {
  const Picture in = make_picture(ColourModel::rgb, 200, 100, colours(40));
  std::vector<std::uint32_t> palette = PngColours::of(in)->list();
  std::ranges::reverse(palette);
  palette.insert(palette.begin() + 3, 0x01020304);  // of a colour that no pixel has
  const Bytes bytes = written(in, {}, palette).bytes;
  palette.erase(palette.begin() + 3);
  MemorySource source(bytes);
  EXPECT_EQ(open_picture(source, Limits{})->header().palette, palette);
  palette.pop_back();
  EXPECT_EQ(pixels_of(decoded(written(in, {}, palette).bytes)), pixels_of(in)) << "one colour is not the source's";
}

TEST(PngReduce, CountingEndsBehindThe256thColour) {
  EXPECT_TRUE(
      PngColours::of(make_picture(ColourModel::grey, 256, 3, [](int, double x, double) { return std::floor(x); })));
  const auto one_more = [](int c, double x, double y) { return y >= 2 && x >= 255 ? (c == 0 ? 1 : 0) : std::floor(x); };
  EXPECT_FALSE(PngColours::of(make_picture(ColourModel::rgb, 256, 3, one_more)));
}

}  // namespace
}  // namespace thumbs::image
