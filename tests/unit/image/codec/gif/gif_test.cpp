// GIF files decode to their first frame on its canvas; broken ones fail by what is wrong with them.
#include <gtest/gtest.h>

#include "image/codec/codec.h"
#include "support/containers.h"
#include "support/opened.h"

namespace thumbs::image {
namespace {

using test::Bytes;
using test::GifFrameRecipe;
using test::GifRecipe;
using test::make_gif;
using test::open_and_decode;
using test::Opened;

using Samples = std::vector<unsigned>;

/// Each row in the colour of its number.
std::vector<std::uint8_t> rows_of(int width, const std::vector<std::uint8_t>& rows) {
  std::vector<std::uint8_t> indices;
  for (const std::uint8_t row : rows) indices.insert(indices.end(), static_cast<std::size_t>(width), row);
  return indices;
}

struct Case {
  const char* title;
  GifRecipe recipe;
  bool alpha;
  Samples first;  ///< plane
};

const Case k_cases[] = {
    {"opaque",
     {.width = 2, .height = 2, .frames = {{.width = 2, .height = 2, .indices = {0, 1, 2, 3}}}},
     false,
     {16, 255, 0, 0}},
    {"a transparent index",
     {.width = 2, .height = 2, .frames = {{.width = 2, .height = 2, .indices = {0, 1, 2, 1}, .transparent = 1}}},
     true,
     {16 * 257, 0, 0, 0}},
    {"a frame in a corner of its canvas",
     {.width = 3, .height = 2, .frames = {{.left = 2, .top = 1, .width = 1, .height = 1, .indices = {1}}}},
     true,
     {0, 0, 0, 0, 0, 65535}},
    {"a frame that reaches beyond its canvas makes it larger",
     {.width = 1, .height = 1, .frames = {{.left = 1, .width = 1, .height = 1, .indices = {1}}}},
     true,
     {0, 65535}},
    {"interlaced rows come to their places",
     {.width = 1,
      .height = 9,
      .palette = {0x000000, 0x010000, 0x020000, 0x030000, 0x040000, 0x050000, 0x060000, 0x070000},
      .frames = {{.width = 1, .height = 9, .indices = rows_of(1, {0, 7, 4, 2, 6, 1, 3, 5, 7}), .interlaced = true}}},
     false,
     {0, 1, 2, 3, 4, 5, 6, 7, 7}},
    {"grey palettes are grey",
     {.width = 2,
      .height = 1,
      .palette = {0x000000, 0x808080},
      .frames = {{.width = 2, .height = 1, .indices = {1, 0}}}},
     false,
     {128, 0}},
    {"an index beyond the palette is black",
     {.width = 2, .height = 1, .frames = {{.width = 2, .height = 1, .indices = {200, 1}}}},
     false,
     {0, 255}},
};

TEST(Gif, TheFirstFrameIsReadOnItsCanvas) {
  for (const Case& c : k_cases) {
    SCOPED_TRACE(c.title);
    for (const std::size_t piece : {0, 1, 7}) {
      const Opened opened = open_and_decode(make_gif(c.recipe), FailOn::warning, {}, piece);
      EXPECT_EQ(opened.fault, "");
      EXPECT_EQ(opened.header.alpha, c.alpha);
      ASSERT_GE(opened.samples.size(), c.first.size());
      EXPECT_EQ(Samples(opened.samples.begin(), opened.samples.begin() + static_cast<long>(c.first.size())), c.first);
    }
  }
}

TEST(Gif, AnAnimationIsAWarningAtNoLevelAFault) {
  const Bytes file = make_gif({.frames = {{}, {}, {}}});
  const Opened opened = open_and_decode(file, FailOn::warning);
  EXPECT_EQ(opened.fault, "");
  EXPECT_EQ(opened.warnings, std::vector<std::string>{"an animation: its first frame is used"});
}

TEST(Gif, ItsColoursAreItsPalette) {
  const Opened opened = open_and_decode(make_gif({.frames = {{.transparent = 2}}}));
  EXPECT_EQ(opened.header.palette, std::vector<std::uint32_t>({0x102030FF, 0xFF0000FF, 0, 0x0000FFFF}));
}

TEST(Gif, ItsCommentIsMetadata) {
  const Bytes file = make_gif({.comment = "\xA9 me"});
  MemorySource source(file);
  const MetadataBlocks blocks = open_picture(source, Limits{})->metadata();
  EXPECT_EQ(blocks.texts, std::vector<MetadataText>({{"Comment", "\xC2\xA9 me"}}));
}

TEST(Gif, WhatIsWrongIsSaid) {
  const Bytes whole = make_gif({});
  const auto cut = [&](std::size_t left) { return Bytes(whole.begin(), whole.end() - static_cast<long>(left)); };
  EXPECT_EQ(open_and_decode(cut(20)).fault, "truncated: premature end of file");
  EXPECT_EQ(open_and_decode(cut(whole.size() - 8)).fault, "truncated: premature end of file");
  EXPECT_EQ(open_and_decode(make_gif({.frames = {}})).fault, "corrupt: a GIF without a picture");
  EXPECT_EQ(open_and_decode(make_gif({.width = 60000, .height = 60000})).fault,
            "too-large: more pixels than limits.inputPixels allows: 60000x60000");
  EXPECT_EQ(open_and_decode(make_gif({.frames = {{.width = 0}}})).fault.substr(0, 8), "corrupt:");
  EXPECT_EQ(open_and_decode(make_gif({.frames = {{.indices = {1, 2, 3}}}})).fault, "truncated: premature end of file");
}

TEST(Gif, AMissingEndIsAWarning) {
  for (const long missing : {1, 2}) {  // the trailer; and the mark of the end of the data
    SCOPED_TRACE(missing);
    const Bytes whole = make_gif({});
    const Bytes file(whole.begin(), whole.end() - missing);
    const Opened opened = open_and_decode(file);
    EXPECT_EQ(opened.fault, "");
    EXPECT_EQ(opened.warnings.size(), 1U);
    EXPECT_EQ(open_and_decode(file, FailOn::warning).fault.substr(0, 10), "truncated:");
  }
}

TEST(Gif, WithFailOnNoneTheRowsThatCameAreUsed) {
  const Bytes whole =
      make_gif({.width = 40,
                .height = 40,
                .frames = {{.width = 40, .height = 40, .indices = rows_of(40, std::vector<std::uint8_t>(40, 1))}}});
  const Bytes half(whole.begin(), whole.begin() + static_cast<long>(whole.size() / 2));
  const Opened opened = open_and_decode(half, FailOn::none);
  EXPECT_EQ(opened.fault, "");
  EXPECT_EQ(opened.samples.front(), 255U);
  EXPECT_EQ(opened.samples[39 * 40], 0U);
  EXPECT_EQ(opened.warnings.size(), 1U);
}

}  // namespace
}  // namespace thumbs::image
