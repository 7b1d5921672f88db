// Which metadata a thumbnail keeps, from EXIF, IPTC and XMP blocks made here, broken ones too.
#include "image/metadata/metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "image/codec/jpeg/metadata.h"
#include "image/metadata/exif_block.h"
#include "image/metadata/iptc.h"
#include "image/metadata/orientation.h"
#include "image/metadata/xmp.h"
#include "unit/image/metadata/metadata_blocks.h"

namespace thumbs::image {
namespace {

using namespace test;
using Bytes = std::vector<std::byte>;
using std::string_literals::operator""s;
using std::string_view_literals::operator""sv;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr MetadataFacts k_jpeg = {.format = PictureFormat::jpeg, .width = 80, .height = 60};

/// (A text of four letters and less stands in the entry itself.)
struct ExifRecipe {
  std::string artist = {};
  std::string copyright = {};
  bool big_endian = false;
};

Bytes exif_of(const ExifRecipe& recipe) {
  ExifLayout layout;
  layout.image = {{0x0112, 3, 6}};
  if (!recipe.artist.empty()) layout.image.push_back({k_exif_artist, 2, 0, recipe.artist + '\0'});
  if (!recipe.copyright.empty()) layout.image.push_back({k_exif_copyright, 2, 0, recipe.copyright + '\0'});
  layout.gps = {{0x0001, 2, 0, "N\0"s}};
  layout.preview = "PREVIEW-BYTES";
  layout.big_endian = recipe.big_endian;
  return exif_block(layout);
}

MetadataBlocks blocks_with(const ExifRecipe& exif, std::string_view iptc, std::string_view xmp) {
  return {.exif = exif_of(exif), .xmp = test::bytes_of(xmp), .iptc = test::bytes_of(iptc)};
}

TEST(Metadata, StripKeepsNothing) {
  EXPECT_TRUE(kept_metadata(blocks_with({.artist = "A", .copyright = "C"}, dataset(2, 80, "B"), packet("", "")),
                            Metadata::strip, k_jpeg)
                  .blocks.empty());
}

TEST(Metadata, CopyrightTakesEachValueFromTheFirstBlockThatHasIt) {
  const std::string iptc = dataset(2, 80, "Iris") + dataset(2, 116, "(c) Iptc");
  const std::string xmp = packet("r:WebStatement='https://example.org/terms'",
                                 "<d:creator><rdf:Seq><rdf:li>Xara</rdf:li><rdf:li>Xeno</rdf:li></rdf:Seq></d:creator>"
                                 "<d:rights><rdf:Alt><rdf:li xml:lang='x-default'>(c) Xmp</rdf:li><rdf:li>(c) "
                                 "Autre</rdf:li></rdf:Alt></d:rights>");
  struct Case {
    const char* title;
    ExifRecipe exif;
    std::string iptc, xmp, artist, copyright;
    std::vector<MetadataText> texts = {};
  };
  const Case cases[] = {
      {"exif first",
       {.artist = "Eva E.", .copyright = "(c) Exif"},
       iptc,
       xmp,
       "Eva E.",
       "(c) Exif; licence: https://example.org/terms"},
      {"iptc next", {}, iptc, xmp, "Iris", "(c) Iptc; licence: https://example.org/terms"},
      {"xmp last", {}, "", xmp, "Xara; Xeno", "(c) Xmp; licence: https://example.org/terms"},
      {"each for itself", {.artist = "Eva E."}, dataset(2, 116, "(c) Iptc"), "", "Eva E.", "(c) Iptc"},
      {"blank is none", {.artist = "     ", .copyright = ""}, dataset(2, 80, "Iris"), "", "Iris", ""},
      {"big endian", {.artist = "Eva E.", .big_endian = true}, "", "", "Eva E.", ""},
      {"licence alone",
       {},
       "",
       packet("", "<cc:license rdf:resource='https://cc.example/by/4.0/'/>"),
       "",
       "licence: https://cc.example/by/4.0/"},
      {"terms in words",
       {},
       "",
       packet("", "<r:UsageTerms><rdf:Alt><rdf:li>Ask me</rdf:li></rdf:Alt></r:UsageTerms>"),
       "",
       "licence: Ask me"},
      {"licence said already",
       {.copyright = "see https://example.org/terms"},
       "",
       xmp,
       "Xara; Xeno",
       "see https://example.org/terms"},
      {"the default language, wherever it stands",
       {},
       "",
       packet("",
              "<d:rights><rdf:Alt><rdf:li xml:lang='fr'>Droits</rdf:li><rdf:li xml:lang='x-default'>(c) "
              "Rights</rdf:li></rdf:Alt></d:rights>"),
       "",
       "(c) Rights"},
      {"the first of languages without a default",
       {},
       "",
       packet("",
              "<d:rights><rdf:Alt><rdf:li xml:lang='fr'>Droits</rdf:li><rdf:li xml:lang='en'>Rights</rdf:li>"
              "</rdf:Alt></d:rights>"),
       "",
       "Droits"},
      {"texts of a PNG", {}, "", "", "Tess", "(c) Text", {{"author", "Tess"}, {"Copyright", "(c) Text"}}},
      {"texts come last", {}, dataset(2, 116, "(c) Iptc"), "", "", "(c) Iptc", {{"Copyright", "(c) Text"}}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    MetadataBlocks stored = blocks_with(c.exif, c.iptc, c.xmp);
    if (!c.texts.empty()) stored.texts = c.texts;
    const MetadataBlocks kept = kept_metadata(stored, Metadata::copyright, k_jpeg).blocks;
    EXPECT_EQ(exif_text(kept.exif, k_exif_artist), c.artist);
    EXPECT_EQ(exif_text(kept.exif, k_exif_copyright), c.copyright);
    EXPECT_TRUE(kept.iptc.empty());
    const XmpRights rights = xmp_rights(kept.xmp);
    EXPECT_EQ(rights.artist, c.artist);
    EXPECT_EQ(rights.copyright.empty() ? "" : c.copyright.substr(0, rights.copyright.size()), rights.copyright);
    EXPECT_EQ(exif_orientation(kept.exif), 1);
    EXPECT_EQ(text_of(kept.exif).find("\x25\x88"), std::string::npos) << "no pointer to GPS";
  }
}

TEST(Metadata, CopyrightWithoutAnOwnerIsNoBlockAtAll) {
  EXPECT_TRUE(kept_metadata(blocks_with({}, "", packet("", "")), Metadata::copyright, k_jpeg).blocks.empty());
}

TEST(Metadata, ShortTextsStandInTheEntryItself) {
  const Bytes block = exif_with({}, {.artist = "Bo"});
  EXPECT_EQ(exif_text(block, k_exif_artist), "Bo");
  EXPECT_EQ(block.size(), 8u + 2 + 12 + 4);
}

TEST(Metadata, AnOwnerIsAddedToABlockThatHasNone) {
  for (const bool big_endian : {false, true}) {
    const Bytes block = exif_of({.artist = "Eva E.", .big_endian = big_endian});
    const Bytes more = exif_with(block, {.orientation = 3, .artist = "Ada", .copyright = "(c) Ada Lens"});
    EXPECT_EQ(exif_text(more, k_exif_artist), "Ada");
    EXPECT_EQ(exif_text(more, k_exif_copyright), "(c) Ada Lens");
    EXPECT_EQ(exif_orientation(more), 3);
    EXPECT_EQ(ExifReader::text(ExifReader(more).gps(), 1), "N\0"s) << "what it pointed to stands where it stood";
    EXPECT_EQ(exif_with(block, {}), block);
  }
}

TEST(Metadata, TextsAreUtf8) {
  EXPECT_EQ(exif_text(exif_of({.artist = "J\xF6rg L."}), k_exif_artist), "J\xC3\xB6rg L.");
  EXPECT_EQ(exif_text(exif_of({.artist = "J\xC3\xB6rg L."}), k_exif_artist), "J\xC3\xB6rg L.");
  const std::string long_name = std::string(4095, 'a') + "\xC3\xB6";
  const MetadataBlocks stored = {.exif = {}, .xmp = {}, .iptc = {}, .texts = {{"Author", long_name}}};
  EXPECT_EQ(exif_text(kept_metadata(stored, Metadata::copyright, k_jpeg).blocks.exif, k_exif_artist),
            std::string(4095, 'a'));
}

TEST(Metadata, BrokenBlocksAreDroppedAndNamed) {
  const MetadataBlocks broken = {.exif = test::bytes_of("no TIFF header"),
                                 .xmp = test::bytes_of("<x><y></x>"),
                                 .iptc = test::bytes_of("no record")};
  const KeptMetadata kept = kept_metadata(broken, Metadata::all, k_jpeg);
  EXPECT_TRUE(kept.blocks.empty());
  EXPECT_THAT(kept.warnings, UnorderedElementsAre(HasSubstr("EXIF (14 bytes)"), HasSubstr("XMP (10 bytes)"),
                                                  HasSubstr("IPTC (9 bytes)")));
  EXPECT_TRUE(kept_metadata(broken, Metadata::copyright, k_jpeg).blocks.empty());
}

TEST(Metadata, NotesOfTheReaderAreWarnings) {
  MetadataBlocks stored;
  stored.note("told");
  for (const Metadata mode : {Metadata::copyright, Metadata::all})
    EXPECT_THAT(kept_metadata(stored, mode, k_jpeg).warnings, ElementsAre("told"));
  EXPECT_TRUE(kept_metadata(stored, Metadata::strip, k_jpeg).warnings.empty());
}

TEST(Metadata, EntitiesAreNotExpanded) {
  const std::string bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><x>&b;</x>";
  EXPECT_TRUE(true_xmp(test::bytes_of(bomb), k_jpeg).empty());
}

TEST(Metadata, PaddingBehindAPacketIsNoFault) {
  const std::string xmp = packet("", "") + std::string(3, '\0');
  EXPECT_EQ(text_of(true_xmp(test::bytes_of(xmp), k_jpeg)), packet("", ""));
}

TEST(Metadata, IptcIsLatin1UnlessItSaysUtf8) {
  EXPECT_EQ(iptc_rights(test::bytes_of(dataset(2, 80, "J\xF6rg"))).artist, "J\xC3\xB6rg");
  EXPECT_EQ(iptc_rights(test::bytes_of(dataset(1, 90, "\x1B%G") + dataset(2, 80, "J\xC3\xB6rg"))).artist,
            "J\xC3\xB6rg");
  EXPECT_EQ(iptc_rights(test::bytes_of(dataset(2, 80, "A") + dataset(2, 80, "B"))).artist, "A; B");
}

TEST(Metadata, PhotoshopResourcesHoldIptcAmongOthers) {
  const Bytes records = test::bytes_of(dataset(2, 80, "Iris!"));
  Bytes resources = test::bytes_of("8BIM\x03\xED\x03odd\0\0\0\3abc\0"sv);
  const Bytes own = resources_of_iptc(records);
  resources.insert(resources.end(), own.begin(), own.end());
  EXPECT_EQ(iptc_of_resources(resources), records);
  EXPECT_EQ(own.size() % 2, 0u);
  EXPECT_TRUE(iptc_of_resources(test::bytes_of("8BIM\x04\x04\0\0\0\0\xFF\xFFshort"sv)).empty());
}

std::string jpeg_segment(int marker, std::string_view data) {
  const std::size_t size = data.size() + 2;
  std::string out = {'\xFF', static_cast<char>(marker), static_cast<char>(size >> 8), static_cast<char>(size)};
  return out.append(data);
}

TEST(Metadata, IsFoundInTheSegmentsOfAJpeg) {
  const std::string exif = text_of(exif_of({.artist = "Eva E."}));
  const std::string resources = text_of(resources_of_iptc(test::bytes_of(dataset(2, 80, "Iris"))));
  const std::string file = "\xFF\xD8" + jpeg_segment(0xE1, "Exif\0\0broken"sv) +
                           jpeg_segment(0xE1, std::string("Exif\0\0", 6) + exif) +
                           jpeg_segment(0xE1, std::string("http://ns.adobe.com/xap/1.0/\0", 29) + "<x/>") +
                           // Photoshop's resources, cut in two segments
                           jpeg_segment(0xED, std::string("Photoshop 3.0\0", 14) + resources.substr(0, 9)) +
                           jpeg_segment(0xED, std::string("Photoshop 3.0\0", 14) + resources.substr(9)) + "\xFF\xDA" +
                           jpeg_segment(0xE1, "behind the first scan");
  const Bytes bytes = test::bytes_of(file);
  MemorySource source(bytes);
  const MetadataBlocks blocks = jpeg_metadata(source);
  EXPECT_EQ(text_of(blocks.exif), exif);
  EXPECT_EQ(text_of(blocks.xmp), "<x/>");
  EXPECT_EQ(iptc_rights(blocks.iptc).artist, "Iris");
}

TEST(Metadata, NoInputReadsOutsideOfIt) {
  const MetadataBlocks good =
      blocks_with({.artist = "Eva Exif", .copyright = "(c) Exif"}, dataset(2, 80, "Iris") + dataset(2, 116, "(c)"),
                  packet("t:Orientation='3' r:WebStatement='w'", "<d:creator>Xara</d:creator>"));
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 3000; ++round) {
    MetadataBlocks bad = good;
    for (Bytes* block : {&bad.exif, &bad.xmp, &bad.iptc}) {
      for (int i = 0; i < 3; ++i) (*block)[random() % block->size()] = static_cast<std::byte>(random());
      block->resize(random() % 4 == 0 ? random() % block->size() : block->size());
    }
    // A copy of exact size, so that AddressSanitizer sees a read behind it.
    const MetadataBlocks exact = {.exif = Bytes(bad.exif), .xmp = Bytes(bad.xmp), .iptc = Bytes(bad.iptc)};
    for (const PictureFormat format : {PictureFormat::jpeg, PictureFormat::png}) {
      const MetadataFacts facts = {.format = format, .width = 80, .height = 60, .colours = ColourClaim::srgb};
      const MetadataBlocks all = kept_metadata(exact, Metadata::all, facts).blocks;
      EXPECT_EQ(exif_orientation(all.exif), 1);
      EXPECT_EQ(true_xmp(all.xmp, facts), all.xmp) << "what is true stays";
      kept_metadata(exact, Metadata::copyright, facts);
    }
    iptc_of_resources(exact.iptc);
  }
}

}  // namespace
}  // namespace thumbs::image
