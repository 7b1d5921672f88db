// Faulty PNGs: which are refused, with which code, and which are accepted at which failOn.
#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "image/codec/codec.h"
#include "support/pictures.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::PngBuilder;

std::string outcome(const Bytes& bytes, FailOn fail_on = FailOn::truncated, const Limits& limits = {}, int shrink = 1) {
  MemorySource source(bytes);
  try {
    open_picture(source, limits)->decode({shrink}, fail_on);
    return "a picture";
  } catch (const Error& error) {
    return std::string(to_string(error.code()));
  }
}

/// Rows of an 8-bit RGB picture, any samples.
std::string rgb_rows(int width, int height) {
  return test::png_rows(width, height, 8, 2, false,
                        [](int c, int x, int y) { return static_cast<unsigned>(x * 7 ^ y * 13 ^ c * 29) & 255; });
}

constexpr int k_side = 40;

PngBuilder begun() { return PngBuilder().ihdr(k_side, k_side, 8, 2); }

Bytes cut(const Bytes& bytes, std::size_t size) {
  return Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
}

TEST(PngFaults, FailOnDrawsTheLine) {
  const std::string rows = rgb_rows(k_side, k_side);
  const std::string data = PngBuilder::deflated(rows);
  std::string bad_checksum = data, bad_stream = data;
  bad_checksum.back() = static_cast<char>(bad_checksum.back() ^ 1);
  for (std::size_t i = data.size() * 3 / 4; i < data.size(); ++i) bad_stream[i] = '\xFF';
  std::string bad_filter = rows;
  bad_filter[rows.size() / 2 / (k_side * 3 + 1) * (k_side * 3 + 1)] = 9;
  const Bytes whole = begun().idat(rows).iend().bytes();
  struct Case {
    const char* title;
    Bytes bytes;
    std::array<const char*, 4> expected;  // none, truncated, error, warning
  };
  const char *picture = "a picture", *corrupt = "corrupt", *truncated = "truncated";
  const Case cases[] = {
      {"whole", whole, {picture, picture, picture, picture}},
      {"data behind IEND",
       PngBuilder(begun().idat(rows).iend()).raw("more").bytes(),
       {picture, picture, picture, picture}},
      {"cut in the pixels", cut(whole, whole.size() / 2), {picture, truncated, truncated, truncated}},
      {"without IEND", cut(whole, whole.size() - 12), {picture, picture, picture, truncated}},
      {"cut in IEND", cut(whole, whole.size() - 1), {picture, picture, picture, truncated}},
      {"IHDR with a wrong CRC",
       PngBuilder().ihdr(k_side, k_side, 8, 2, false, 1).idat(rows).iend().bytes(),
       {picture, corrupt, corrupt, corrupt}},
      {"IDAT with a wrong CRC", begun().chunk("IDAT", data, 1).iend().bytes(), {picture, corrupt, corrupt, corrupt}},
      {"IEND with a wrong CRC", begun().idat(rows).chunk("IEND", "", 1).bytes(), {picture, corrupt, corrupt, corrupt}},
      {"zlib data with a wrong checksum",
       begun().chunk("IDAT", bad_checksum).iend().bytes(),
       {picture, corrupt, corrupt, corrupt}},
      {"broken zlib data", begun().chunk("IDAT", bad_stream).iend().bytes(), {picture, corrupt, corrupt, corrupt}},
      {"a filter that does not exist", begun().idat(bad_filter).iend().bytes(), {picture, corrupt, corrupt, corrupt}},
      {"too few rows", begun().idat(rgb_rows(k_side, 20)).iend().bytes(), {picture, corrupt, corrupt, corrupt}},
      {"too many rows", begun().idat(rgb_rows(k_side, 50)).iend().bytes(), {picture, picture, picture, corrupt}},
      {"an unknown critical chunk",
       begun().chunk("ABCD", "x").idat(rows).iend().bytes(),
       {corrupt, corrupt, corrupt, corrupt}},
      {"an unknown ancillary chunk",
       begun().chunk("abCd", "x").idat(rows).iend().bytes(),
       {picture, picture, picture, picture}},
      {"text with a wrong CRC",
       begun().chunk("tEXt", "a\0b", 1).idat(rows).iend().bytes(),
       {picture, picture, picture, corrupt}},
      {"tRNS with a wrong CRC",
       begun().chunk("tRNS", std::string_view("\0\1\0\2\0\3", 6), 1).idat(rows).iend().bytes(),
       {picture, picture, picture, corrupt}},
      {"tRNS of a wrong length",
       begun().chunk("tRNS", "x").idat(rows).iend().bytes(),
       {picture, picture, picture, corrupt}},
      {"a broken profile",
       begun().chunk("iCCP", "no profile").idat(rows).iend().bytes(),
       {picture, picture, picture, picture}},
      {"no pixels", begun().iend().bytes(), {corrupt, corrupt, corrupt, corrupt}},
      {"signature alone", PngBuilder().raw("\x89PNG\r\n\x1A\n").bytes(), {truncated, truncated, truncated, truncated}},
  };
  for (const Case& c : cases) {
    for (std::size_t level = 0; level < c.expected.size(); ++level) {
      SCOPED_TRACE(std::string(c.title) + ", level " + std::to_string(level));
      EXPECT_EQ(outcome(c.bytes, static_cast<FailOn>(level)), c.expected[level]);
    }
  }
}

TEST(PngFaults, EveryPrefixIsTruncated) {
  for (const bool interlaced : {false, true}) {
    const auto samples = [](int c, int x, int y) { return static_cast<unsigned>(x * 7 ^ y * 13 ^ c * 29) & 255; };
    const Bytes bytes = PngBuilder()
                            .ihdr(20, 20, 8, 6, interlaced)
                            .idat(test::png_rows(20, 20, 8, 6, interlaced, samples))
                            .iend()
                            .bytes();
    const std::size_t behind_pixels = 12 + 4 + 4;  // IEND and the checksums of IDAT and zlib: ends_test.cpp
    for (std::size_t size = 8; size + behind_pixels + 2 < bytes.size(); ++size) {
      const Bytes prefix = cut(bytes, size);
      ASSERT_EQ(outcome(prefix), "truncated") << size;
      const std::string tolerant = outcome(prefix, FailOn::none, {}, 3);
      ASSERT_TRUE(tolerant == "a picture" || tolerant == "truncated") << size << " " << tolerant;
    }
  }
}

TEST(PngFaults, WhatIsMissingIsBlackWhereFailOnIsNone) {
  const std::string rows = test::png_rows(4, 5, 8, 0, false, [](int, int, int) { return 200U; });
  // Rows 0 to 2, then the stream ends well but early.
  const Bytes bytes = PngBuilder().ihdr(4, 5, 8, 0).idat(rows.substr(0, 15)).iend().bytes();
  MemorySource source(bytes);
  const auto decoder = open_picture(source, Limits{});
  const std::vector<unsigned> whole = test::samples_of(decoder->decode({1}, FailOn::none));
  EXPECT_EQ(whole, (std::vector<unsigned>{200, 200, 200, 200, 200, 200, 200, 200, 200, 200,
                                          200, 200, 0,   0,   0,   0,   0,   0,   0,   0}));
  // The box that the third row began is the mean of what came.
  EXPECT_EQ(test::samples_of(decoder->decode({2}, FailOn::none)), (std::vector<unsigned>{200, 200, 200, 200, 0, 0}));
  EXPECT_FALSE(decoder->warnings().empty());
}

TEST(PngFaults, PaletteIndicesOutOfRangeAreBlackAndOpaque) {
  const std::string indices = std::string("\0\0\1\xFF", 4);
  const Bytes bytes = PngBuilder()
                          .ihdr(3, 1, 8, 3)
                          .chunk("PLTE", "abc")
                          .chunk("tRNS", std::string_view("\x80", 1))
                          .idat(indices)
                          .iend()
                          .bytes();
  MemorySource source(bytes);
  const Picture picture = open_picture(source, Limits{})->decode({1}, FailOn::truncated);
  EXPECT_EQ(picture.planes[0].row<std::uint16_t>(0)[1], 0);
  EXPECT_EQ(picture.planes[3].row<std::uint16_t>(0)[2], 65535);
  EXPECT_EQ(picture.planes[3].row<std::uint16_t>(0)[0], 0x80 * 257);
}

TEST(PngFaults, RefusesBrokenHeaders) {
  struct Case {
    const char* title;
    std::uint32_t width, height;
    int depth, type;
    const char* code;
  };
  const Case cases[] = {
      {"no width", 0, 1, 8, 2, "corrupt"},
      {"no height", 1, 0, 8, 2, "corrupt"},
      {"a width of 2^31", 0x80000000U, 1, 8, 2, "corrupt"},
      {"depth 3", 1, 1, 3, 0, "corrupt"},
      {"depth 4 of RGB", 1, 1, 4, 2, "corrupt"},
      {"colour type 1", 1, 1, 8, 1, "corrupt"},
      {"colour type 7", 1, 1, 8, 7, "corrupt"},
      {"palette without PLTE", 1, 1, 8, 3, "corrupt"},
      {"larger than allowed", 16384, 16384, 8, 0, "too-large"},
      {"much larger than allowed", 0x7FFFFFFF, 0x7FFFFFFF, 16, 6, "too-large"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    const Bytes bytes = PngBuilder().ihdr(c.width, c.height, c.depth, c.type).idat("\0\0").iend().bytes();
    EXPECT_EQ(outcome(bytes, FailOn::none), c.code);
  }
}

TEST(PngFaults, LimitsAreKept) {
  const Bytes bytes = PngBuilder().ihdr(200, 300, 8, 2).idat(rgb_rows(200, 300)).iend().bytes();
  struct Case {
    const char* title;
    std::uint64_t pixels;
    double seconds;
    const char* expected;
  };
  const Case cases[] = {
      {"as many pixels as allowed", 60000, 60, "a picture"},
      {"one pixel more", 59999, 60, "too-large"},
      {"no limit of pixels", 0, 60, "a picture"},
      {"no CPU time", 60000, 1e-9, "too-slow"},
      {"no limit of time", 60000, 0, "a picture"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    Limits limits;
    limits.input_pixels = c.pixels;
    limits.seconds = c.seconds;
    EXPECT_EQ(outcome(bytes, FailOn::truncated, limits), c.expected);
  }
}

TEST(PngFaults, WithoutALimitASizeThatNothingHoldsIsAnErrorAndNoOverflow) {
  const Bytes bytes = PngBuilder().ihdr(0x7FFFFFFF, 0x7FFFFFFF, 16, 6, true).idat("\0\0").iend().bytes();
  Limits limits;
  limits.input_pixels = 0;
  MemorySource source(bytes);
  const auto decoder = open_picture(source, limits);
  EXPECT_GE(decoder->memory_needed({1}, FailOn::truncated), std::uint64_t{1} << 60);
}

TEST(PngFaults, TextAndProfilesThatInflateWithoutEndAreSkipped) {
  const std::string zeros(20 << 20, '\0');
  const std::string bomb = std::string("key\0\0", 5) + PngBuilder::deflated(zeros);
  PngBuilder png = begun();
  for (int i = 0; i < 50; ++i) png.chunk("zTXt", bomb);
  png.chunk("iCCP", bomb);
  for (int i = 0; i < 5000; ++i) png.chunk("tEXt", std::string_view("a\0b", 3));
  const Bytes bytes = png.idat(rgb_rows(k_side, k_side)).iend().bytes();
  Limits limits;
  limits.seconds = 0.5;
  EXPECT_EQ(outcome(bytes, FailOn::warning, limits), "a picture");
}

TEST(PngFaults, BrokenColoursFailOnlyWhereAnyWarningDoes) {
  const std::string rows = rgb_rows(k_side, k_side);
  const std::string good = std::string("\0\0\xB1\x8F", 4), none = std::string(4, '\0'), points(32, '\0');
  const auto with = [&](auto... chunks) {
    PngBuilder png = begun();
    const auto add = [&](const std::pair<const char*, std::string>& chunk) { png.chunk(chunk.first, chunk.second); };
    (add(chunks), ...);
    return png.idat(rows).iend().bytes();
  };
  using Chunk = std::pair<const char*, std::string>;
  const struct {
    const char* title;
    Bytes bytes;
    const char* at_warning;
  } cases[] = {
      {"good", with(Chunk{"gAMA", good}), "a picture"},
      {"gamma of 0", with(Chunk{"gAMA", none}), "corrupt"},
      {"gamma of three bytes", with(Chunk{"gAMA", good.substr(1)}), "corrupt"},
      {"white without light", with(Chunk{"gAMA", good}, Chunk{"cHRM", points}), "corrupt"},
      {"code points of three bytes", with(Chunk{"cICP", "\1\1\1"}), "corrupt"},
      {"code points that are reserved", with(Chunk{"cICP", std::string("\1\x63\0\1", 4)}), "a picture"},
      {"sRGB counts before it", with(Chunk{"sRGB", std::string(1, '\0')}, Chunk{"gAMA", none}), "a picture"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.title);
    EXPECT_EQ(outcome(c.bytes, FailOn::error), "a picture");
    EXPECT_EQ(outcome(c.bytes, FailOn::warning), c.at_warning);
  }
}

TEST(PngFaults, AnImpossibleFactorIsABugOfOurs) {
  const Bytes bytes = begun().idat(rgb_rows(k_side, k_side)).iend().bytes();
  for (const int shrink : {0, -1, 32769}) EXPECT_EQ(outcome(bytes, FailOn::none, {}, shrink), "internal") << shrink;
}

}  // namespace
}  // namespace thumbs::image
