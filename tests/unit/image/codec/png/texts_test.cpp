// Texts of PNGs, deflated or not, and metadata blocks that other writers put into texts.
#include "image/codec/png/texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "image/codec/png/metadata.h"
#include "image/metadata/iptc.h"
#include "image/metadata/orientation.h"
#include "support/pictures.h"
#include "unit/image/metadata/metadata_blocks.h"

namespace thumbs::image {
namespace {

using namespace test;
using std::string_literals::operator""s;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Chunk {
  std::string name, data;
};

MetadataBlocks blocks_of(const std::vector<Chunk>& chunks) {
  PngBuilder png;
  png.ihdr(1, 1, 8, 0);
  for (const Chunk& chunk : chunks) png.chunk(chunk.name, chunk.data);
  const Bytes bytes = png.idat("\0\0"s).iend().bytes();
  MemorySource source(bytes);
  return png_metadata(source);
}

std::string hex_of(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    constexpr std::string_view k_digits = "0123456789abcdef";
    out += k_digits[static_cast<unsigned char>(bytes[i]) >> 4];
    out += k_digits[static_cast<unsigned char>(bytes[i]) & 15];
    if (i % 36 == 35) out += '\n';
  }
  return out;
}
std::string raw_profile(std::string_view kind, std::string_view bytes) {
  return "\n" + std::string(kind) + "\n      " + std::to_string(bytes.size()) + "\n" + hex_of(bytes) + "\n";
}

TEST(PngTexts, AreReadInEveryKindOfChunk) {
  const std::string stream = PngBuilder::deflated("J\xF6rg"), utf8_stream = PngBuilder::deflated("J\xC3\xB6rg");
  const MetadataBlocks blocks = blocks_of({{"tEXt", "Author\0J\xF6rg"s},
                                           {"zTXt", "Author\0\0"s + stream},
                                           {"iTXt", "Author\0\0\0de\0Autor\0J\xC3\xB6rg"s},
                                           {"iTXt", "Author\0\1\0\0\0"s + utf8_stream}});
  const MetadataText author = {"Author", "J\xC3\xB6rg"};
  EXPECT_THAT(blocks.texts, ElementsAre(author, author, author, author));
}

TEST(PngTexts, ThatAreBrokenAreLeft) {
  const MetadataBlocks blocks = blocks_of({{"tEXt", "no end"},
                                           {"tEXt", "\0no keyword"s},
                                           {"zTXt", "Author\0"s},
                                           {"iTXt", "Author\0\0"s},
                                           {"iTXt", "Author\0\0\0no end"s},
                                           {"zTXt", "Raw profile type exif\0\0no stream"s},
                                           {"tEXt", "Raw profile type exif\0\nexif\n99999999\n00"s},
                                           {"tEXt", "Raw profile type exif\0"s + raw_profile("exif", "no TIFF")}});
  EXPECT_TRUE(blocks.empty());
}

TEST(PngTexts, RawProfilesAreTheBlocksThatTheySpell) {
  const std::string exif = text_of(tiff_block(6)), records = dataset(2, 80, "Iris");
  const std::string resources = text_of(resources_of_iptc(test::bytes_of(records))), xmp = packet("", "");
  struct Case {
    const char* kind;
    std::string bytes, exif, iptc, xmp;
  };
  const Case cases[] = {{"exif", "Exif\0\0"s + exif, exif, "", ""},
                        {"exif", exif, exif, "", ""},
                        {"APP1", "Exif\0\0"s + exif, exif, "", ""},
                        {"APP1", "http://ns.adobe.com/xap/1.0/\0"s + xmp, "", "", xmp},
                        {"xmp", xmp, "", "", xmp},
                        {"iptc", resources, "", records, ""},
                        {"iptc", records, "", records, ""},
                        {"8bim", resources, "", records, ""},
                        {"icc", "profile", "", "", ""}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.kind);
    const std::string text = raw_profile(c.kind, c.bytes), keyword = "Raw profile type "s + c.kind;
    for (const Chunk& chunk :
         {Chunk{"tEXt", keyword + '\0' + text}, Chunk{"zTXt", keyword + "\0\0"s + PngBuilder::deflated(text)}}) {
      const MetadataBlocks blocks = blocks_of({chunk});
      EXPECT_EQ(text_of(blocks.exif), c.exif);
      EXPECT_EQ(text_of(blocks.iptc), c.iptc);
      EXPECT_EQ(text_of(blocks.xmp), c.xmp);
      EXPECT_THAT(blocks.texts, IsEmpty());
    }
  }
}

TEST(PngTexts, AChunkOfItsOwnIsTheBetterWord) {
  const Chunk raw = {"tEXt", "Raw profile type exif\0"s + raw_profile("exif", text_of(tiff_block(3)))};
  const Chunk own = {"eXIf", text_of(tiff_block(6))}, broken = {"eXIf", "broken"};
  EXPECT_EQ(exif_orientation(blocks_of({raw, own}).exif), 6);
  EXPECT_EQ(exif_orientation(blocks_of({own, raw}).exif), 6);
  EXPECT_EQ(exif_orientation(blocks_of({raw, broken}).exif), 3);
  EXPECT_THAT(blocks_of({raw, broken}).notes, ElementsAre(HasSubstr("EXIF (6 bytes) is left out")));
}

TEST(PngTexts, SmallStreamsOfLargeTextsAreReadForAWhileAlone) {
  const std::string bomb = "Comment\0\0"s + PngBuilder::deflated(std::string(64 << 20, 'x'));
  const MetadataBlocks blocks = blocks_of(std::vector<Chunk>(200, {"zTXt", bomb}));
  EXPECT_THAT(blocks.texts, IsEmpty());
  EXPECT_THAT(blocks.notes, SizeIs(testing::Le(16U)));
  EXPECT_THAT(blocks.notes, testing::Each(HasSubstr("the text Comment")));
}

TEST(PngTexts, AllTogetherAreBounded) {
  const std::vector<Chunk> many(5000, {"tEXt", "Comment\0"s + std::string(100, 'x')});
  const MetadataBlocks blocks = blocks_of(many);
  EXPECT_LE(blocks.texts.size() * 100, k_most_texts_bytes);
  EXPECT_GE(blocks.texts.size(), 1000u);
  EXPECT_THAT(blocks.notes, testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace thumbs::image
