// What a thumbnail keeps of metadata: EXIF, IPTC and XMP blocks made here, broken ones too.
#include "image/metadata/metadata.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "image/codec/jpeg_metadata.h"
#include "image/codec/png_metadata.h"
#include "image/exif.h"
#include "image/metadata/exif_block.h"
#include "image/metadata/iptc.h"
#include "image/metadata/xmp.h"

namespace thumbs {
namespace {

using Bytes = std::vector<std::byte>;
using std::string_view_literals::operator""sv;

Bytes bytes_of(std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

std::string text_of(const Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// (Texts are none, or of four letters and more: shorter ones stand in the entry itself.)
/// A TIFF block with IFD0 {orientation, artist, copyright, GPS pointer} and IFD1 with a preview.
struct ExifRecipe {
  int orientation = 6;
  std::string artist = {};
  std::string copyright = {};
  std::string preview = "PREVIEW-BYTES";
  std::string behind = {};  ///< what follows the preview
  bool big_endian = false;
};

class TiffWriter {
 public:
  explicit TiffWriter(bool big_endian) : big_endian_(big_endian) {}

  void number(std::size_t value, int size) {
    for (int i = 0; i < size; ++i)
      out_.push_back(static_cast<std::byte>(value >> 8 * (big_endian_ ? size - 1 - i : i)));
  }
  void entry(unsigned tag, unsigned type, std::size_t count, std::size_t value) {
    number(tag, 2), number(type, 2), number(count, 4);
    type == 3 ? (number(value, 2), number(0, 2)) : number(value, 4);
  }
  void text(std::string_view text) {
    const Bytes bytes = bytes_of(text);
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
  std::size_t size() const { return out_.size(); }
  Bytes take() { return std::move(out_); }

 private:
  bool big_endian_;
  Bytes out_;
};

Bytes exif_block(const ExifRecipe& recipe) {
  TiffWriter out(recipe.big_endian);
  out.text(recipe.big_endian ? "MM" : "II");
  constexpr std::size_t k_first = 8, k_entries = 4, k_second = k_first + 2 + k_entries * 12 + 4;
  constexpr std::size_t k_texts = k_second + 2 + 2 * 12 + 4;
  const std::size_t copyright_at = k_texts + recipe.artist.size() + 1;
  const std::size_t preview_at = copyright_at + recipe.copyright.size() + 1;
  out.number(42, 2), out.number(k_first, 4), out.number(k_entries, 2);
  out.entry(0x0112, 3, 1, static_cast<std::size_t>(recipe.orientation));
  out.entry(k_exif_artist, 2, recipe.artist.size() + 1, recipe.artist.empty() ? 0 : k_texts);
  out.entry(k_exif_copyright, 2, recipe.copyright.size() + 1, recipe.copyright.empty() ? 0 : copyright_at);
  out.entry(0x8825, 4, 1, 0);
  out.number(k_second, 4), out.number(2, 2);
  out.entry(0x0201, 4, 1, preview_at);
  out.entry(0x0202, 4, 1, recipe.preview.size());
  out.number(0, 4);
  out.text(recipe.artist), out.number(0, 1), out.text(recipe.copyright), out.number(0, 1);
  EXPECT_EQ(out.size(), preview_at);
  out.text(recipe.preview), out.text(recipe.behind);
  return out.take();
}

std::string dataset(unsigned record, unsigned number, std::string_view text) {
  std::string out = {0x1C, static_cast<char>(record), static_cast<char>(number), static_cast<char>(text.size() >> 8),
                     static_cast<char>(text.size())};
  return out.append(text);
}

std::string packet(std::string_view attributes, std::string_view properties) {
  return "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
         "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
         "xmlns:d='http://purl.org/dc/elements/1.1/' xmlns:cc='http://creativecommons.org/ns#' "
         "xmlns:r='http://ns.adobe.com/xap/1.0/rights/' xmlns:t='http://ns.adobe.com/tiff/1.0/' "
         "xmlns:xmp='http://ns.adobe.com/xap/1.0/' " +
         std::string(attributes) + ">" + std::string(properties) +
         "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>";
}

MetadataBlocks blocks_with(const ExifRecipe& exif, std::string_view iptc, std::string_view xmp) {
  return {.exif = exif_block(exif), .xmp = bytes_of(xmp), .iptc = bytes_of(iptc)};
}

TEST(Metadata, StripKeepsNothing) {
  EXPECT_TRUE(kept_metadata(blocks_with({.artist = "A", .copyright = "C"}, dataset(2, 80, "B"), packet("", "")),
                            Metadata::strip, true)
                  .empty());
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
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    const MetadataBlocks kept = kept_metadata(blocks_with(c.exif, c.iptc, c.xmp), Metadata::copyright, true);
    EXPECT_EQ(exif_text(kept.exif, k_exif_artist), c.artist);
    EXPECT_EQ(exif_text(kept.exif, k_exif_copyright), c.copyright);
    EXPECT_TRUE(kept.xmp.empty());
    EXPECT_TRUE(kept.iptc.empty());
    EXPECT_EQ(exif_orientation(kept.exif), 1);
    EXPECT_EQ(text_of(kept.exif).find("\x25\x88"), std::string::npos) << "no pointer to GPS";
  }
}

TEST(Metadata, CopyrightWithoutAnOwnerIsNoBlockAtAll) {
  EXPECT_TRUE(kept_metadata(blocks_with({}, "", packet("", "")), Metadata::copyright, true).empty());
}

TEST(Metadata, ShortTextsStandInTheEntryItself) {
  const Bytes block = rights_block("Bo", "");
  EXPECT_EQ(exif_text(block, k_exif_artist), "Bo");
  EXPECT_EQ(block.size(), 8u + 2 + 12 + 4);
}

TEST(Metadata, AllTurnsUprightOnlyWhereThePixelsWereTurned) {
  const std::string xmp = packet("t:Orientation=\"6\"", "");
  const MetadataBlocks stored = blocks_with({.orientation = 6, .artist = "Eva E."}, dataset(2, 80, "Iris"), xmp);
  const MetadataBlocks turned = kept_metadata(stored, Metadata::all, true);
  EXPECT_EQ(exif_orientation(turned.exif), 1);
  EXPECT_NE(text_of(turned.xmp).find("t:Orientation=\"1\""), std::string::npos);
  EXPECT_EQ(exif_text(turned.exif, k_exif_artist), "Eva E.");
  EXPECT_EQ(turned.iptc, stored.iptc);
  const MetadataBlocks as_stored = kept_metadata(stored, Metadata::all, false);
  EXPECT_EQ(exif_orientation(as_stored.exif), 6);
  EXPECT_EQ(text_of(as_stored.xmp), xmp);
}

TEST(Metadata, AllDropsPreviews) {
  const auto kept = [](const ExifRecipe& recipe) {
    return text_of(kept_metadata({.exif = exif_block(recipe), .xmp = {}, .iptc = {}}, Metadata::all, true).exif);
  };
  const std::string at_the_end = kept({.artist = "Eva E."});
  EXPECT_EQ(at_the_end.find("PREVIEW"), std::string::npos);
  EXPECT_EQ(at_the_end.size() + "PREVIEW-BYTES"sv.size(), exif_block({.artist = "Eva E."}).size()) << "cut off";
  const std::string inside = kept({.artist = "Eva E.", .behind = "MAKER-NOTE"});
  EXPECT_EQ(inside.find("PREVIEW"), std::string::npos);
  EXPECT_TRUE(inside.ends_with("MAKER-NOTE")) << "what counts from the block's start stays where it was";

  const std::string xmp = packet("",
                                 "<xmp:Thumbnails><rdf:Alt><rdf:li>BASE64</rdf:li></rdf:Alt></xmp:Thumbnails>"
                                 "<t:Orientation>8</t:Orientation><xmp:Rating>5</xmp:Rating>");
  const std::string edited = text_of(xmp_without_preview(bytes_of(xmp), true));
  EXPECT_EQ(edited.find("BASE64"), std::string::npos);
  EXPECT_EQ(edited.find("Thumbnails"), std::string::npos);
  EXPECT_NE(edited.find("<t:Orientation>1</t:Orientation><xmp:Rating>5</xmp:Rating>"), std::string::npos);
}

TEST(Metadata, BrokenBlocksAreDropped) {
  const MetadataBlocks broken = {.exif = bytes_of("no TIFF header"), .xmp = bytes_of("<x><y></x>"), .iptc = {}};
  EXPECT_TRUE(kept_metadata(broken, Metadata::all, true).empty());
  EXPECT_TRUE(kept_metadata(broken, Metadata::copyright, true).empty());
}

TEST(Metadata, EntitiesAreNotExpanded) {
  const std::string bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><x>&b;</x>";
  EXPECT_TRUE(xmp_without_preview(bytes_of(bomb), true).empty());
}

TEST(Metadata, PaddingBehindAPacketIsNoFault) {
  const std::string xmp = packet("", "") + std::string(3, '\0');
  EXPECT_EQ(text_of(xmp_without_preview(bytes_of(xmp), true)), packet("", ""));
}

TEST(Metadata, IptcIsLatin1UnlessItSaysUtf8) {
  EXPECT_EQ(iptc_rights(bytes_of(dataset(2, 80, "J\xF6rg"))).artist, "J\xC3\xB6rg");
  EXPECT_EQ(iptc_rights(bytes_of(dataset(1, 90, "\x1B%G") + dataset(2, 80, "J\xC3\xB6rg"))).artist, "J\xC3\xB6rg");
  EXPECT_EQ(iptc_rights(bytes_of(dataset(2, 80, "A") + dataset(2, 80, "B"))).artist, "A; B");
}

TEST(Metadata, PhotoshopResourcesHoldIptcAmongOthers) {
  const Bytes records = bytes_of(dataset(2, 80, "Iris!"));
  Bytes resources = bytes_of("8BIM\x03\xED\x03odd\0\0\0\3abc\0"sv);
  const Bytes own = resources_of_iptc(records);
  resources.insert(resources.end(), own.begin(), own.end());
  EXPECT_EQ(iptc_of_resources(resources), records);
  EXPECT_EQ(own.size() % 2, 0u);
  EXPECT_TRUE(iptc_of_resources(bytes_of("8BIM\x04\x04\0\0\0\0\xFF\xFFshort"sv)).empty());
}

std::string jpeg_segment(int marker, std::string_view data) {
  const std::size_t size = data.size() + 2;
  std::string out = {'\xFF', static_cast<char>(marker), static_cast<char>(size >> 8), static_cast<char>(size)};
  return out.append(data);
}

TEST(Metadata, IsFoundInTheSegmentsOfAJpeg) {
  const std::string exif = text_of(exif_block({.artist = "Eva E."}));
  const std::string resources = text_of(resources_of_iptc(bytes_of(dataset(2, 80, "Iris"))));
  const std::string file = "\xFF\xD8" + jpeg_segment(0xE1, "Exif\0\0broken"sv) +
                           jpeg_segment(0xE1, std::string("Exif\0\0", 6) + exif) +
                           jpeg_segment(0xE1, std::string("http://ns.adobe.com/xap/1.0/\0", 29) + "<x/>") +
                           // Photoshop's resources, cut in two segments
                           jpeg_segment(0xED, std::string("Photoshop 3.0\0", 14) + resources.substr(0, 9)) +
                           jpeg_segment(0xED, std::string("Photoshop 3.0\0", 14) + resources.substr(9)) + "\xFF\xDA" +
                           jpeg_segment(0xE1, "behind the first scan");
  const Bytes bytes = bytes_of(file);
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
    const MetadataBlocks all = kept_metadata(exact, Metadata::all, true);
    EXPECT_LE(all.exif.size(), exact.exif.size());
    EXPECT_LE(all.xmp.size(), exact.xmp.size());
    EXPECT_LE(exif_orientation(all.exif), 8);
    kept_metadata(exact, Metadata::copyright, true);
    iptc_of_resources(exact.iptc);
  }
}

}  // namespace
}  // namespace thumbs
