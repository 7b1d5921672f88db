// TIFF files of every layout and depth decode to the right samples; the files come from libtiff.
#include "image/metadata/tiff.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "image/codec/codec.h"
#include "image/metadata/exif_block.h"
#include "support/containers.h"
#include "support/opened.h"
#include "support/tiffs.h"
#include "unit/image/codec/given_up.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::make_tiff;
using test::open_and_decode;
using test::Opened;
using test::TiffRecipe;

using Samples = std::vector<unsigned>;

unsigned most(int bits) { return (1U << bits) - 1; }

test::StoredSample stored(int bits) {
  return [=](int c, int x, int y) { return static_cast<unsigned>(x * 7919 + y * 104729 + c * 31) & most(bits); };
}

unsigned scaled(unsigned value, int bits, unsigned to) {
  return static_cast<unsigned>((value * std::uint64_t{to} + most(bits) / 2) / most(bits));
}

/// Colours plane by plane, as 8 bits; `inverted` where the largest sample is black.
Samples wanted(const TiffRecipe& r, int colours, bool inverted) {
  Samples samples;
  for (int c = 0; c < colours; ++c)
    for (int y = 0; y < r.height; ++y)
      for (int x = 0; x < r.width; ++x) {
        const unsigned value = stored(r.bits)(c, x, y);
        samples.push_back(scaled(inverted ? most(r.bits) - value : value, r.bits, 255));
      }
  return samples;
}

std::string title_of(const TiffRecipe& r) {
  return std::to_string(r.bits) + " bits, " + std::to_string(r.samples) + " samples, photometric " +
         std::to_string(r.photometric) + ", compression " + std::to_string(r.compression) +
         (r.separate ? ", separate" : "") + ", tile " + std::to_string(r.tile) + ", mode " + r.mode;
}

void expect_read(const TiffRecipe& recipe, int colours, bool inverted) {
  SCOPED_TRACE(title_of(recipe));
  const Bytes file = make_tiff(recipe, stored(recipe.bits));
  for (const std::size_t piece : {0U, 999U}) {
    const Opened opened = open_and_decode(file, FailOn::truncated, {}, piece);
    EXPECT_EQ(opened.fault, "");
    EXPECT_EQ(opened.header.deep, recipe.bits > 8);
    EXPECT_EQ(opened.samples, wanted(recipe, colours, inverted));
  }
}

TEST(Tiff, EveryDepthIsReadInStripsAndTilesTogetherAndApart) {
  for (const int bits : {1, 2, 4, 5, 8, 10, 12, 14, 16})
    for (const bool separate : {false, true})
      for (const int tile : {0, 16}) expect_read({.bits = bits, .separate = separate, .tile = tile}, 3, false);
}

TEST(Tiff, EveryCompressionIsRead) {
  for (const int compression : {COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE, COMPRESSION_PACKBITS})
    for (const int tile : {0, 16}) expect_read({.compression = compression, .tile = tile}, 3, false);
  for (const int compression : {COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4})
    expect_read({.bits = 1, .samples = 1, .photometric = PHOTOMETRIC_MINISWHITE, .compression = compression}, 1, true);
}

TEST(Tiff, EveryMeaningAndByteOrderIsRead) {
  for (const std::string mode : {"wl", "wb", "w8"})
    for (const int bits : {8, 16}) {
      expect_read({.bits = bits, .samples = 1, .photometric = PHOTOMETRIC_MINISBLACK, .mode = mode}, 1, false);
      expect_read({.bits = bits, .samples = 1, .photometric = PHOTOMETRIC_MINISWHITE, .mode = mode}, 1, true);
      expect_read({.bits = bits, .samples = 4, .photometric = PHOTOMETRIC_SEPARATED, .mode = mode}, 4, true);
      expect_read({.bits = bits, .samples = 4, .extra = EXTRASAMPLE_UNSPECIFIED, .mode = mode}, 3, false);
    }
}

TEST(Tiff, JpegInTiffIsRead) {
  const auto smooth = [](int c, int x, int y) { return static_cast<unsigned>(40 + c * 50 + x * 2 + y); };
  for (const int photometric : {PHOTOMETRIC_YCBCR, PHOTOMETRIC_RGB})
    for (const int tile : {0, 16}) {
      const TiffRecipe recipe{.width = 40,
                              .height = 24,
                              .photometric = photometric,
                              .compression = COMPRESSION_JPEG,
                              .tile = tile,
                              .rows_per_strip = 16};
      const Opened opened = open_and_decode(make_tiff(recipe, smooth));
      ASSERT_EQ(opened.fault, "");
      ASSERT_EQ(opened.samples.size(), 3U * 40 * 24);
      for (std::size_t i = 0; i < opened.samples.size(); ++i) {
        const int at = static_cast<int>(i), c = at / (40 * 24), y = at / 40 % 24, x = at % 40;
        ASSERT_NEAR(opened.samples[i], smooth(c, x, y), 4) << c << " " << x << " " << y;
      }
    }
}

TEST(Tiff, APaletteIsReadInColours) {
  std::vector<std::uint16_t> palette(48, 0);
  palette[3] = 65535, palette[16 + 3] = 257, palette[32 + 3] = 514;
  const TiffRecipe recipe{
      .width = 2, .height = 1, .bits = 4, .samples = 1, .photometric = PHOTOMETRIC_PALETTE, .palette = palette};
  const Opened opened = open_and_decode(make_tiff(recipe, [](int, int x, int) { return x == 0 ? 3U : 0U; }));
  EXPECT_EQ(opened.samples, Samples({255, 0, 1, 0, 2, 0}));
  EXPECT_EQ(opened.header.palette.at(3), 0xFF0102FFU);
}

TEST(Tiff, AlphaIsPremultipliedOnce) {
  const auto pixel = [](int c, int, int) { return c == 3 ? 51U : c == 0 ? 40U : 0U; };
  const TiffRecipe plain{.width = 1, .height = 1, .samples = 4, .extra = EXTRASAMPLE_UNASSALPHA};
  const TiffRecipe done{.width = 1, .height = 1, .samples = 4, .extra = EXTRASAMPLE_ASSOCALPHA};
  EXPECT_EQ(open_and_decode(make_tiff(plain, pixel)).samples, Samples({2056, 0, 0, 51 * 257}));
  EXPECT_EQ(open_and_decode(make_tiff(done, pixel)).samples, Samples({40 * 257, 0, 0, 51 * 257}));
  const TiffRecipe deep{.width = 1,
                        .height = 1,
                        .bits = 16,
                        .samples = 2,
                        .photometric = PHOTOMETRIC_MINISBLACK,
                        .extra = EXTRASAMPLE_UNASSALPHA};
  EXPECT_EQ(open_and_decode(make_tiff(deep, [](int c, int, int) { return c == 0 ? 1000U : 65535U; })).samples,
            Samples({1000, 65535}));
}

TEST(Tiff, DeepSamplesStayDeepWhereThatIsAskedFor) {
  const TiffRecipe recipe{.bits = 16, .samples = 1, .photometric = PHOTOMETRIC_MINISBLACK};
  const Opened opened = open_and_decode(make_tiff(recipe, stored(16)), FailOn::truncated, {.deep = true});
  EXPECT_EQ(opened.samples.at(1), 7919U);
}

TEST(Tiff, OrientationProfileAndOwnerAreKept) {
  const TiffRecipe recipe{.orientation = 6, .profile = Bytes(300, std::byte{1}), .artist = "Ada"};
  const Bytes file = make_tiff(recipe, stored(8));
  MemorySource source(file);
  const auto decoder = open_picture(source, Limits{});
  EXPECT_EQ(decoder->header().orientation, 6);
  EXPECT_EQ(decoder->header().colours.profile, recipe.profile);
  EXPECT_EQ(exif_text(decoder->metadata().exif, k_exif_artist), "Ada");
}

/// A grey pixel, and an EXIF directory: an exposure, a number that fits into its entry, one that lies outside the file,
/// and a pointer to a directory of its own. BigTIFF's numbers are wider, so that the exposure fits into its entry.
Bytes tiff_with_exif(bool big) {
  test::TiffNumbers out(big);
  const std::uint32_t head = big ? 16 : 8, around = big ? 16 : 6, entry_bytes = big ? 20 : 12;
  const std::uint32_t exif = head + around + 9 * entry_bytes, end = exif + around + 4 * entry_bytes;
  out.signature().number(head).count(9);
  out.entry(256, 4, 1, 1).entry(257, 4, 1, 1).entry(258, 3, 1, 8).entry(259, 3, 1, 1).entry(262, 3, 1, 1);
  out.entry(273, 4, 1, end + 8).entry(278, 4, 1, 1).entry(279, 4, 1, 1).entry(34665, big ? 13 : 4, 1, exif);
  out.number(0).count(4);
  if (big)
    out.plain().u16(33434).u16(5).u32(1).u32(0).u32(1).u32(125);
  else
    out.entry(33434, 5, 1, end);
  out.entry(34855, 3, 1, 400).entry(36867, 2, 20, 9'999'999).entry(40965, 4, 1, 8).number(0);
  return out.plain().u32(1).u32(125).u8(7).take();
}

TEST(Tiff, ItsExifDirectoryIsKeptAsFarAsItIsThere) {
  for (const bool big : {false, true})
    for (const std::size_t piece : {std::size_t{0}, std::size_t{5}}) {
      SCOPED_TRACE(big ? "BigTIFF" : "TIFF");
      const Bytes file = tiff_with_exif(big);
      MemorySource whole(file);
      test::PieceSource pieces(file, piece == 0 ? 1 : piece);
      const auto decoder = open_picture(piece == 0 ? static_cast<ByteSource&>(whole) : pieces, Limits{});
      const std::vector<std::byte> block = decoder->metadata().exif;
      const auto first = TiffDirectory::open_first(block);
      ASSERT_TRUE(first);
      ASSERT_EQ(first->entries(), 1U);
      const auto exif = TiffDirectory::open(first->tiff(), first->tiff().u32(first->entry(0).value_at()));
      ASSERT_TRUE(exif);
      ASSERT_EQ(exif->entries(), 2U);
      const auto exposure = tiff_value(exif->tiff(), exif->entry(0));
      ASSERT_TRUE(exposure);
      EXPECT_EQ(Bytes(exposure->begin(), exposure->end()), test::Numbers().u32(1).u32(125).take());
      EXPECT_EQ(exif->tiff().u16(exif->entry(1).value_at()), 400U);
    }
}

/// A grey pixel in a BigTIFF of either byte order, and an EXIF directory of one entry with `numbers` of 8 bytes.
Bytes big_tiff_with_numbers(bool little, unsigned pointer_type, unsigned type,
                            const std::vector<std::uint64_t>& numbers) {
  Bytes file;
  const auto put = [&](std::size_t bytes, std::uint64_t value) {
    for (std::size_t i = 0; i < bytes; ++i)
      file.push_back(static_cast<std::byte>(value >> 8 * (little ? i : bytes - 1 - i)));
  };
  const auto entry = [&](unsigned tag, unsigned field_type, std::uint64_t count, std::uint64_t value) {
    put(2, tag), put(2, field_type), put(8, count), put(8, value);
  };
  constexpr unsigned k_long8 = 16;
  const std::uint64_t exif = 16 + 16 + 9 * 20, end = exif + 16 + 20;
  const char mark = little ? 'I' : 'M';
  put(1, static_cast<unsigned>(mark)), put(1, static_cast<unsigned>(mark)), put(2, 43), put(2, 8), put(2, 0);
  put(8, 16), put(8, 9);
  for (const auto& [tag, value] : std::initializer_list<std::pair<unsigned, std::uint64_t>>{
           {256, 1}, {257, 1}, {258, 8}, {259, 1}, {262, 1}, {273, end}, {278, 1}, {279, 1}})
    entry(tag, k_long8, 1, value);
  entry(34665, pointer_type, 1, exif);
  put(8, 0), put(8, 1);
  entry(34855, type, numbers.size(), numbers.size() == 1 ? numbers[0] : end);
  put(8, 0);
  for (const std::uint64_t number : numbers) put(8, number);
  return file;
}

TEST(Tiff, NumbersOf64BitsInItsExifDirectoryAreKeptWhereExifCanHoldThem) {
  constexpr unsigned k_long = 4, k_slong = 9, k_long8 = 16, k_slong8 = 17, k_ifd8 = 18;
  constexpr std::uint64_t k_minus_two = 0xFFFFFFFFFFFFFFFE, k_largest = 0xFFFFFFFF, k_least = 0xFFFFFFFF80000000;
  struct Row {
    const char* title;
    unsigned type;
    std::vector<std::uint64_t> numbers;
    unsigned kept_type;  ///< 0: the entry is left out
    bool noted = false;
  };
  const Row rows[] = {
      {"one", k_long8, {400}, k_long},
      {"the largest", k_long8, {k_largest}, k_long},
      {"one too large", k_long8, {k_largest + 1}, 0, true},
      {"several", k_long8, {1, 2, 3}, k_long},
      {"one of several too large", k_long8, {1, k_minus_two}, 0, true},
      {"a negative one", k_slong8, {k_minus_two}, k_slong},
      {"the least and the largest", k_slong8, {k_least, 0x7FFFFFFF}, k_slong},
      {"one too small", k_slong8, {k_least - 1}, 0, true},
      {"one too large for its sign", k_slong8, {0x80000000}, 0, true},
      {"another directory", k_ifd8, {16}, 0},
  };
  for (const Row& row : rows)
    for (const bool little : {false, true})
      for (const unsigned pointer_type : {k_long8, k_ifd8}) {
        SCOPED_TRACE(std::string(row.title) + (little ? ", little-endian" : ", big-endian"));
        const Bytes file = big_tiff_with_numbers(little, pointer_type, row.type, row.numbers);
        MemorySource source(file);
        const MetadataBlocks blocks = open_picture(source, Limits{})->metadata();
        EXPECT_EQ(blocks.notes.size(), row.noted ? 1U : 0U);
        const auto first = TiffDirectory::open_first(blocks.exif);
        ASSERT_EQ(first.has_value(), row.kept_type != 0);
        if (!first) continue;
        const auto exif = TiffDirectory::open(first->tiff(), first->tiff().u32(first->entry(0).value_at()));
        ASSERT_TRUE(exif);
        ASSERT_EQ(exif->entries(), 1U);
        const TiffEntry entry = exif->entry(0);
        EXPECT_EQ(entry.type, row.kept_type);
        const auto value = tiff_value(exif->tiff(), entry);
        ASSERT_TRUE(value);
        ASSERT_EQ(value->size(), 4 * row.numbers.size());
        const Tiff kept(*value, little);
        for (std::size_t i = 0; i < row.numbers.size(); ++i)
          EXPECT_EQ(kept.u32(4 * i), static_cast<std::uint32_t>(row.numbers[i]));
      }
}

TEST(Tiff, NumbersOf64BitsThatTheFileEndsBeforeAreLeftOut) {
  Bytes file = big_tiff_with_numbers(true, 16, 16, {1, 2, 3});
  file.resize(file.size() - 1);
  MemorySource source(file);
  EXPECT_TRUE(open_picture(source, Limits{})->metadata().exif.empty());
}

TEST(Tiff, ADecodeEndsWhenItsTimeIsUsedUp) {
  const Bytes file = make_tiff({.width = 640, .height = 640, .compression = COMPRESSION_LZW}, stored(8));
  test::expect_interrupted({test::decode_step("tiff", file)});
  test::expect_too_slow({test::decode_step("tiff", file)});
}

TEST(Tiff, OfSeveralPagesTheFirstIsReadWithAWarning) {
  const Opened opened = open_and_decode(make_tiff({.pages = 3}, stored(8)), FailOn::warning);
  EXPECT_EQ(opened.fault, "");
  EXPECT_EQ(opened.warnings, std::vector<std::string>{"a file of several pages: its first one is used"});
}

TEST(Tiff, WhatIsWrongIsSaid) {
  const Bytes whole = make_tiff({}, stored(8));
  EXPECT_EQ(open_and_decode(Bytes(whole.begin(), whole.begin() + 6)).fault, "truncated: premature end of file");
  for (const long missing : {1, 8, 60, 500})
    EXPECT_EQ(open_and_decode(Bytes(whole.begin(), whole.end() - missing)).fault, "truncated: premature end of file")
        << missing;
  Bytes lzw = make_tiff({.width = 300, .height = 300, .compression = COMPRESSION_LZW}, stored(8));
  for (std::size_t i = 20; i < 400; ++i) lzw[i] = std::byte{0xFF};
  EXPECT_EQ(open_and_decode(lzw).fault.substr(0, 7), "corrupt");
  Limits few;
  few.input_pixels = 100;
  EXPECT_EQ(open_and_decode(whole, FailOn::truncated, {}, 0, few).fault,
            "too-large: more pixels than limits.inputPixels allows: 21x13");
  EXPECT_EQ(open_and_decode(make_tiff({.bits = 8, .samples = 3, .photometric = PHOTOMETRIC_ITULAB}, stored(8))).fault,
            "unsupported: a TIFF with colour space 10 is not supported; convert it to PNG or JPEG");
}

TEST(Tiff, WithFailOnNoneTheRowsThatCameAreUsed) {
  Bytes file = make_tiff({.width = 100, .height = 100, .compression = COMPRESSION_ADOBE_DEFLATE, .rows_per_strip = 10},
                         [](int, int, int) { return 200U; });
  std::size_t strips = 0;
  for (std::size_t i = 8; i + 1 < file.size(); ++i)
    if (file[i] == std::byte{0x78} && ++strips == 4) file[i] = std::byte{0xFF};  // the fourth strip's zlib header
  const Opened opened = open_and_decode(file, FailOn::none);
  EXPECT_EQ(opened.fault, "");
  EXPECT_EQ(opened.samples.front(), 200U);
  EXPECT_EQ(opened.samples[99 * 100], 0U);
  EXPECT_EQ(opened.warnings.size(), 1U);
}

}  // namespace
}  // namespace thumbs::image
