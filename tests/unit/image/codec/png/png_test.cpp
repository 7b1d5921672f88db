// PNG: every colour type and depth to the exact sample, shrunk by exact means; round trips of what is written.
#include "image/codec/png/png.h"

#include <gtest/gtest.h>

#include "image/codec/codec.h"
#include "image/resize/targets.h"
#include "support/pictures.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::gradient;
using test::make_picture;
using test::PieceSource;
using test::PngBuilder;
using test::samples_of;

Picture decode(const Bytes& bytes, int shrink = 1) {
  MemorySource source(bytes);
  return open_picture(source, Limits{})->decode({shrink}, FailOn::warning);
}

struct Stored {
  int type;
  int depth;
};
const Stored k_stored[] = {{0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 1},
                           {3, 2}, {3, 4}, {3, 8}, {4, 8}, {4, 16}, {6, 8}, {6, 16}};

/// Any sample: all values come about, alpha of 0 and of all too.
unsigned sample(const Stored& stored, int c, int x, int y) {
  const unsigned most = (1U << stored.depth) - 1;
  const auto mixed = static_cast<unsigned>((x + 1) * 7919 + (y + 3) * 104729 + c * 1299709);
  return x == 0 ? most : x == 1 ? 0 : (mixed ^ mixed >> 7) & most;
}

/// A palette of 2^depth colours; entry i is fully known.
unsigned palette_value(unsigned index, int c) { return (index * 37 + static_cast<unsigned>(c) * 91 + 5) & 255; }
unsigned palette_alpha(unsigned index) { return (index * 53) & 255; }

struct Made {
  int width, height;
  Stored stored;
  bool interlaced;
  bool trns;
};

/// What tRNS holds: for grey and RGB the samples of pixel (3, 1), for palettes the alpha of every entry.
std::string trns_of(const Made& made) {
  std::string out;
  if (made.stored.type == 3) {
    for (unsigned i = 0; i < 1U << made.stored.depth; ++i) out.push_back(static_cast<char>(palette_alpha(i)));
    return out;
  }
  for (int c = 0; c < test::png_channels(made.stored.type); ++c) {
    const unsigned value = sample(made.stored, c, 3, 1);
    out.push_back(static_cast<char>(value >> 8));
    out.push_back(static_cast<char>(value & 255));
  }
  return out;
}

Bytes make(const Made& made) {
  PngBuilder png;
  png.ihdr(static_cast<std::uint32_t>(made.width), static_cast<std::uint32_t>(made.height), made.stored.depth,
           made.stored.type, made.interlaced);
  if (made.stored.type == 3) {
    std::string palette;
    for (unsigned i = 0; i < 1U << made.stored.depth; ++i)
      for (int c = 0; c < 3; ++c) palette.push_back(static_cast<char>(palette_value(i, c)));
    png.chunk("PLTE", palette);
  }
  if (made.trns) png.chunk("tRNS", trns_of(made));
  const auto samples = [&](int c, int x, int y) { return sample(made.stored, c, x, y); };
  return png
      .idat(test::png_rows(made.width, made.height, made.stored.depth, made.stored.type, made.interlaced, samples))
      .iend()
      .bytes();
}

unsigned scaled(unsigned value, unsigned from, unsigned to) {
  return static_cast<unsigned>((std::uint64_t{value} * to + from / 2) / from);
}

/// One pixel by the book: straight samples of 0 to `most` first.
std::vector<unsigned> expected_pixel(const Made& made, int x, int y) {
  const Stored& stored = made.stored;
  const bool palette = stored.type == 3;
  unsigned most = palette ? 255 : (1U << stored.depth) - 1;
  std::vector<unsigned> pixel;
  bool key = true;
  if (palette) {
    const unsigned index = sample(stored, 0, x, y);
    for (int c = 0; c < 3; ++c) pixel.push_back(palette_value(index, c));
    if (made.trns) pixel.push_back(palette_alpha(index));
  } else {
    for (int c = 0; c < test::png_channels(stored.type); ++c) {
      pixel.push_back(sample(stored, c, x, y));
      key = key && pixel.back() == sample(stored, c, 3, 1);
    }
    if (made.trns) pixel.push_back(key ? 0 : most);
  }
  const bool alpha = made.trns || stored.type >= 4;
  if (!alpha) {
    for (unsigned& value : pixel) value = scaled(value, most, 255);
    return pixel;
  }
  for (unsigned& value : pixel) value = scaled(value, most, 65535);
  for (std::size_t c = 0; c + 1 < pixel.size(); ++c)
    pixel[c] = static_cast<unsigned>((std::uint64_t{pixel[c]} * pixel.back() + 32767) / 65535);
  return pixel;
}

TEST(Png, EveryColourTypeAndDepthIsExactInterlacedOrNot) {
  for (const Stored& stored : k_stored) {
    for (const bool trns : {false, true}) {
      if (trns && stored.type >= 4) continue;
      for (const bool interlaced : {false, true}) {
        const Made made{37, 19, stored, interlaced, trns};
        SCOPED_TRACE("type " + std::to_string(stored.type) + " depth " + std::to_string(stored.depth) +
                     (trns ? " tRNS" : "") + (interlaced ? " interlaced" : ""));
        const Bytes bytes = make(made);
        MemorySource source(bytes);
        const auto decoder = open_picture(source, Limits{});
        const bool alpha = trns || stored.type >= 4;
        EXPECT_EQ(decoder->header().alpha, alpha);
        EXPECT_EQ(decoder->header().bits, alpha ? 16 : 8);
        EXPECT_EQ(decoder->header().progressive, interlaced);
        const Picture picture = decoder->decode({1}, FailOn::warning);
        EXPECT_EQ(picture.model, stored.type == 0 || stored.type == 4 ? ColourModel::grey : ColourModel::rgb);
        EXPECT_EQ(picture.premultiplied, alpha);
        ASSERT_EQ(picture.bytes_per_sample(), alpha ? 2 : 1);
        for (int y = 0; y < made.height; ++y) {
          for (int x = 0; x < made.width; ++x) {
            std::vector<unsigned> pixel;
            for (const Plane& plane : picture.planes)
              pixel.push_back(alpha ? plane.row<std::uint16_t>(y)[x] : plane.row<std::uint8_t>(y)[x]);
            ASSERT_EQ(pixel, expected_pixel(made, x, y)) << x << "," << y;
          }
        }
      }
    }
  }
}

/// The mean of each shrink × shrink box, rounded half up.
std::vector<unsigned> means(const Picture& picture, int shrink) {
  std::vector<unsigned> out;
  for (const Plane& plane : picture.planes) {
    for (int top = 0; top < plane.height; top += shrink) {
      for (int left = 0; left < plane.width; left += shrink) {
        std::uint64_t sum = 0, count = 0;
        for (int y = top; y < std::min(top + shrink, plane.height); ++y)
          for (int x = left; x < std::min(left + shrink, plane.width); ++x, ++count)
            sum += plane.bytes_per_sample == 1 ? plane.row<std::uint8_t>(y)[x] : plane.row<std::uint16_t>(y)[x];
        out.push_back(static_cast<unsigned>((sum + count / 2) / count));
      }
    }
  }
  return out;
}

class OnEveryTarget : public testing::TestWithParam<ResizeTarget> {
 protected:
  void SetUp() override { use_resize_target(GetParam()); }
  void TearDown() override { use_best_resize_target(); }
};

TEST_P(OnEveryTarget, ShrinkingAPngGivesExactMeansOfBoxes) {
  for (const Stored& stored : {Stored{0, 8}, Stored{2, 8}, Stored{2, 16}, Stored{3, 4}, Stored{4, 8}, Stored{6, 16}}) {
    for (const bool interlaced : {false, true}) {
      const Bytes bytes = make({101, 67, stored, interlaced, false});
      const Picture whole = decode(bytes);
      for (const int shrink : {2, 3, 4, 7, 50, 67, 101, 256, 257, 1000}) {
        SCOPED_TRACE("type " + std::to_string(stored.type) + " by " + std::to_string(shrink));
        const Picture shrunk = decode(bytes, shrink);
        EXPECT_EQ(shrunk.width, 101);
        EXPECT_EQ(shrunk.planes[0].pitch_x, shrink);
        EXPECT_EQ(shrunk.planes[0].width, (101 + shrink - 1) / shrink);
        EXPECT_EQ(shrunk.planes[0].height, (67 + shrink - 1) / shrink);
        EXPECT_EQ(samples_of(shrunk), means(whole, shrink));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Png, OnEveryTarget, testing::ValuesIn(resize_targets()),
                         [](const auto& tested) { return tested.param.name; });

TEST(Png, OnePassGivesThePlanesOfSeveral) {
  for (const Stored& stored : k_stored)
    for (const bool interlaced : {false, true}) {
      const Bytes bytes = make({37, 23, stored, interlaced, stored.type == 2});
      SCOPED_TRACE(std::to_string(stored.type) + " " + std::to_string(stored.depth) + " " + std::to_string(interlaced));
      MemorySource source(bytes);
      const auto decoder = open_picture(source, Limits{});
      const std::vector<Scale> scales{{1}, {2}, {5}, {30}};
      ASSERT_TRUE(decoder->decodes_together(FailOn::warning));
      const std::vector<Picture> together = decoder->decode_together(scales, FailOn::warning);
      ASSERT_EQ(together.size(), scales.size());
      for (std::size_t i = 0; i < scales.size(); ++i)
        EXPECT_EQ(samples_of(together[i]), samples_of(decode(bytes, scales[i].shrink))) << scales[i].shrink;
    }
}

TEST(Png, FactorIsTheWholePartOfWhatIsAllowed) {
  const Bytes bytes = test::make_png(8, 8, gradient(8, 8));
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  for (const auto& [allowed, expected] :
       {std::pair{1.0, 1}, {1.9, 1}, {2.0, 2}, {3.99, 3}, {117.2, 117}, {1e12, 32768}})
    EXPECT_EQ(decoder->shrink_for(allowed), expected) << allowed;
}

TEST(Png, PiecesAndRepeatsGiveTheSamePlanes) {
  for (const bool interlaced : {false, true}) {
    const Bytes bytes = make({120, 90, {6, 8}, interlaced, false});
    const auto whole = samples_of(decode(bytes)), half = samples_of(decode(bytes, 2));
    for (const std::size_t piece : {1U, 2U, 7U, 1000U}) {
      SCOPED_TRACE(piece);
      PieceSource source(bytes, piece);
      const auto decoder = open_picture(source, Limits{});
      EXPECT_EQ(samples_of(decoder->decode({2}, FailOn::truncated)), half);
      EXPECT_EQ(samples_of(decoder->decode({1}, FailOn::truncated)), whole);
      EXPECT_EQ(samples_of(decoder->decode({2}, FailOn::truncated)), half);
    }
  }
}

TEST(Png, OrientationComesFromExifBeforeOrBehindThePixels) {
  const auto text = [](const Bytes& bytes) {
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  const std::string six = text(test::tiff_block(6, true));
  struct Case {
    const char* title;
    std::string before, behind;
    std::uint32_t crc_change;
    int expected;
  };
  const Case cases[] = {
      {"none", "", "", 0, 1},
      {"before", six, "", 0, 6},
      {"behind", "", six, 0, 6},
      {"with JPEG's prefix", text(test::exif_segment(8)), "", 0, 8},
      {"with a wrong CRC", six, "", 1, 1},
      {"broken, then right", "garbage", six, 0, 6},
      {"the first counts", text(test::tiff_block(3)), six, 0, 3},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    PngBuilder png;
    png.ihdr(2, 2, 8, 0);
    if (!c.before.empty()) png.chunk("eXIf", c.before, c.crc_change);
    png.idat(std::string_view("\0ab\0cd", 6));
    if (!c.behind.empty()) png.chunk("eXIf", c.behind);
    const Bytes bytes = png.iend().bytes();
    for (const std::size_t piece : {std::size_t{1}, bytes.size()}) {
      PieceSource source(bytes, piece);
      EXPECT_EQ(open_picture(source, Limits{})->header().orientation, c.expected);
    }
  }
}

TEST(Png, MemoryNeededCoversWhatIsAllocated) {
  for (const Stored& stored : {Stored{0, 1}, Stored{2, 8}, Stored{6, 16}}) {
    for (const bool interlaced : {false, true}) {
      const Bytes bytes = make({500, 400, stored, interlaced, false});
      MemorySource source(bytes);
      const auto decoder = open_picture(source, Limits{});
      EXPECT_EQ(decoder->save_memory(), !interlaced);
      for (const int shrink : {1, 2, 9}) {
        std::uint64_t planes = 0;
        for (const Plane& plane : decoder->decode({shrink}, FailOn::truncated).planes) planes += plane.bytes();
        const std::uint64_t channels = static_cast<std::uint64_t>(test::png_channels(stored.type));
        const std::uint64_t whole = interlaced ? 500 * 400 * channels * (stored.type == 6 ? 2 : 1) : 0;
        EXPECT_GE(decoder->memory_needed({shrink}, FailOn::truncated), planes + whole) << stored.type << " " << shrink;
        EXPECT_LT(decoder->memory_needed({shrink}, FailOn::truncated), (planes + whole) * 3 / 2 + (768 << 10))
            << stored.type << " " << shrink;
      }
    }
  }
}

TEST(PngEncode, OpaquePicturesComeBackAsTheyWere) {
  for (const ColourModel model : {ColourModel::grey, ColourModel::rgb}) {
    for (const int level : {0, 1, 6, 9}) {
      const Picture in = make_picture(model, 61, 43, test::texture());
      Variant settings;
      settings.compression_level = level;
      const Bytes bytes = encode_png(in, settings);
      EXPECT_EQ(samples_of(decode(bytes)), samples_of(in)) << level;
      EXPECT_EQ(bytes, encode_png(in, settings)) << "not deterministic";
    }
  }
}

TEST(PngEncode, AlphaIsWrittenStraight) {
  for (const ColourModel model : {ColourModel::grey, ColourModel::rgb}) {
    const Picture in = make_picture(model, 64, 40, gradient(64, 40), true);
    const Picture out = decode(encode_png(in, Variant{}));
    EXPECT_EQ(out.model, model);
    ASSERT_TRUE(out.alpha);
    for (int y = 0; y < 40; ++y) {
      for (int x = 0; x < 64; ++x) {
        const unsigned alpha = in.planes.back().row<std::uint8_t>(y)[x], colour = in.planes[0].row<std::uint8_t>(y)[x];
        ASSERT_EQ(out.planes.back().row<std::uint16_t>(y)[x], alpha * 257);
        ASSERT_EQ(out.planes[0].row<std::uint16_t>(y)[x], (colour * alpha * 514 + 255) / 510);
      }
    }
  }
}

TEST(PngEncode, CompressionLevelsTradeBytes) {
  const Picture in = make_picture(ColourModel::rgb, 200, 200, test::texture());
  Variant none, most;
  none.compression_level = 0;
  most.compression_level = 9;
  EXPECT_GT(encode_png(in, none).size(), 200U * 200 * 3);
  EXPECT_LT(encode_png(in, most).size(), encode_png(in, none).size());
}

TEST(PngEncode, RefusesWhatItCannotHold) {
  const Picture ycbcr = make_picture(ColourModel::ycbcr, 8, 8, gradient(8, 8));
  Picture premultiplied = make_picture(ColourModel::rgb, 8, 8, gradient(8, 8), true);
  premultiplied.premultiplied = true;
  EXPECT_THROW(encode_png(ycbcr, Variant{}), Error);
  EXPECT_THROW(encode_png(premultiplied, Variant{}), Error);
  EXPECT_EQ(png_library().find("libpng 1."), 0U);
  EXPECT_EQ(deflate_library().find("libdeflate 1."), 0U);
}

}  // namespace
}  // namespace thumbs::image
