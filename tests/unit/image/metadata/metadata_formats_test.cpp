// Metadata from source to output, for every pair of formats, and what a format has no place for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "image/codec/avif/avif.h"
#include "image/codec/jpeg/jpeg.h"
#include "image/codec/png/png.h"
#include "image/codec/webp/webp.h"
#include "image/metadata/exif_block.h"
#include "image/metadata/iptc.h"
#include "image/metadata/orientation.h"
#include "image/metadata/xmp.h"
#include "image/thumbnail.h"
#include "support/built_formats.h"
#include "support/pictures.h"
#include "unit/image/colour/profiles.h"
#include "unit/image/metadata/metadata_blocks.h"

namespace thumbs::image {
namespace {

using namespace test;
using std::string_literals::operator""s;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<OutputFormat> formats() {
  std::vector<OutputFormat> out = {OutputFormat::jpeg, OutputFormat::png};
  if (built_formats().webp) out.push_back(OutputFormat::webp);
  if (built_formats().avif) out.push_back(OutputFormat::avif);
  return out;
}

const char* title(OutputFormat format) {
  constexpr const char* k_titles[] = {"JPEG", "PNG", "WebP", "AVIF"};
  return k_titles[format == OutputFormat::jpeg   ? 0
                  : format == OutputFormat::png  ? 1
                  : format == OutputFormat::webp ? 2
                                                 : 3];
}

Variant variant(OutputFormat format, Metadata mode) {
  Variant settings;
  settings.width = 16;
  settings.format = format;
  settings.quality = 50;
  settings.effort = 0;
  settings.metadata = mode;
  settings.chroma_subsampling = ChromaSubsampling::s420;
  settings.background = Colour{};
  return settings;
}

Thumbnail thumbnail_of(const Bytes& file, const Variant& settings, const MetadataBlocks* instead = nullptr) {
  MemorySource source(file);
  const auto decoder = open_picture(source, Limits{});
  const MetadataBlocks stored = instead != nullptr ? *instead : decoder->metadata();
  const ThumbnailPlan plan = plan_thumbnail(*decoder, settings);
  return make_thumbnail(decoder->decode(plan.scale(), FailOn::truncated), plan, settings, stored);
}

MetadataBlocks read_back(const Bytes& file) {
  MemorySource source(file);
  return open_picture(source, Limits{})->metadata();
}

/// A file of this format with these blocks as they are, by our own writers.
Bytes file_with(OutputFormat format, const MetadataBlocks& blocks) {
  const Picture picture = make_picture(ColourModel::rgb, 40, 30, texture());
  const Variant settings = variant(format, Metadata::strip);
  const Attachments attachments{.profile = {},
                                .exif = blocks.exif,
                                .xmp = blocks.xmp,
                                .iptc = blocks.iptc,
                                .extended_xmp = blocks.extended_xmp,
                                .texts = blocks.texts};
  switch (format) {
    case OutputFormat::jpeg: return encode_jpeg(picture, settings, attachments);
    case OutputFormat::png: return encode_png(picture, settings, attachments);
#if THUMBS_WEBP
    case OutputFormat::webp: return encode_webp(picture, settings, attachments);
#endif
#if THUMBS_AVIF
    case OutputFormat::avif: return encode_avif(picture, settings, attachments);
#endif
    default: return {};
  }
}

MetadataBlocks stale_blocks() {
  ExifLayout layout;
  layout.image = {{0x0100, 4, 640}, {0x0112, 3, 1}, {k_exif_artist, 2, 0, "Ada Lens\0"s}};
  layout.exif = {{0xA002, 4, 640}, {0xA003, 3, 480}};
  layout.preview = "SECRET-PREVIEW";
  return {.exif = exif_block(layout),
          .xmp = test::bytes_of(
              packet("e:PixelXDimension='640' note:HasExtendedXMP='0'",
                     "<d:rights><rdf:Alt><rdf:li xml:lang='x-default'>(c) Ada</rdf:li></rdf:Alt></d:rights>")),
          .iptc = {}};
}

TEST(MetadataFormats, AllIsTrueFromEveryFormatToEveryFormat) {
  for (const OutputFormat from : formats()) {
    const Bytes file = file_with(from, stale_blocks());
    for (const OutputFormat to : formats()) {
      SCOPED_TRACE(std::string(title(from)) + " to " + title(to));
      const Thumbnail made = thumbnail_of(file, variant(to, Metadata::all));
      const MetadataBlocks read = read_back(made.bytes);
      const ExifReader exif(read.exif);
      EXPECT_EQ(ExifReader::number(exif.image(), 0x0100), 16);
      EXPECT_EQ(ExifReader::number(exif.exif(), 0xA002), 16);
      EXPECT_EQ(ExifReader::number(exif.exif(), 0xA003), 12);
      EXPECT_EQ(exif_text(read.exif, k_exif_artist), "Ada Lens");
      EXPECT_THAT(text_of(made.bytes), Not(HasSubstr("SECRET")));
      EXPECT_THAT(text_of(read.xmp), HasSubstr("e:PixelXDimension='16'"));
      EXPECT_THAT(text_of(read.xmp), Not(HasSubstr("HasExtended")));
      EXPECT_EQ(xmp_rights(read.xmp).copyright, "(c) Ada");
    }
  }
}

TEST(MetadataFormats, CopyrightFromEveryFormatToEveryFormat) {
  for (const OutputFormat from : formats()) {
    const Bytes file = file_with(from, stale_blocks());
    for (const OutputFormat to : formats()) {
      SCOPED_TRACE(std::string(title(from)) + " to " + title(to));
      const MetadataBlocks read = read_back(thumbnail_of(file, variant(to, Metadata::copyright)).bytes);
      EXPECT_EQ(exif_text(read.exif, k_exif_artist), "Ada Lens");
      EXPECT_EQ(exif_text(read.exif, k_exif_copyright), "(c) Ada");
      EXPECT_EQ(xmp_rights(read.xmp).artist, "Ada Lens");
      EXPECT_EQ(xmp_rights(read.xmp).copyright, "(c) Ada");
      EXPECT_EQ(ExifReader::number(ExifReader(read.exif).image(), 0x0100), -1);
      if (to != OutputFormat::png) continue;
      EXPECT_THAT(read.texts, ElementsAre(MetadataText{"Author", "Ada Lens"}, MetadataText{"Copyright", "(c) Ada"}));
    }
  }
}

TEST(MetadataFormats, IptcStaysInJpegAndGivesItsOwnerToOthers) {
  MetadataBlocks stored = {.exif = {},
                           .xmp = {},
                           .iptc = test::bytes_of(dataset(2, 80, "Iris") + dataset(2, 200, "PREVIEW") +
                                                  dataset(3, 20, "\2\x80") + dataset(2, 116, "(c) I"))};
  const Bytes file = file_with(OutputFormat::jpeg, stored);
  for (const OutputFormat to : formats()) {
    SCOPED_TRACE(title(to));
    const Thumbnail made = thumbnail_of(file, variant(to, Metadata::all));
    const MetadataBlocks read = read_back(made.bytes);
    if (to == OutputFormat::jpeg) {
      EXPECT_EQ(text_of(read.iptc), dataset(2, 80, "Iris") + dataset(2, 116, "(c) I"));
      EXPECT_THAT(made.warnings, IsEmpty());
      continue;
    }
    EXPECT_EQ(exif_text(read.exif, k_exif_artist), "Iris");
    EXPECT_EQ(exif_text(read.exif, k_exif_copyright), "(c) I");
    EXPECT_EQ(xmp_rights(read.xmp).copyright, "(c) I");
    EXPECT_THAT(made.warnings, ElementsAre(HasSubstr("IPTC (19 bytes) is left out")));
  }
}

TEST(MetadataFormats, TextsOfAPngStayOrMoveOrAreNamed) {
  MetadataBlocks stored;
  for (const auto& [keyword, text] : std::initializer_list<MetadataText>{{"Author", "J\xC3\xB6rg"},
                                                                         {"Copyright", "(c) J"},
                                                                         {"Title", std::string(3000, 't')},
                                                                         {"Comment", "words"},
                                                                         {"Disclaimer", "none"},
                                                                         {"Thumb::Image::Width", "640"},
                                                                         {"exif:PixelXDimension", "640"}})
    stored.add_text(keyword, text);
  const Bytes file = file_with(OutputFormat::png, stored);
  for (const OutputFormat to : formats()) {
    SCOPED_TRACE(title(to));
    const Thumbnail made = thumbnail_of(file, variant(to, Metadata::all));
    const MetadataBlocks read = read_back(made.bytes);
    if (to == OutputFormat::png) {
      EXPECT_EQ(read.texts, std::vector(stored.texts.begin(), stored.texts.end() - 2));
      EXPECT_THAT(made.warnings, IsEmpty());
      continue;
    }
    EXPECT_EQ(exif_text(read.exif, k_exif_artist), "J\xC3\xB6rg");
    EXPECT_EQ(exif_text(read.exif, k_exif_copyright), "(c) J");
    EXPECT_EQ(xmp_rights(read.xmp).artist, "J\xC3\xB6rg");
    EXPECT_THAT(text_of(read.xmp), HasSubstr(std::string(3000, 't')));
    const bool comment = to == OutputFormat::jpeg;
    const std::vector<MetadataText> words = {{"Comment", "words"}};
    EXPECT_EQ(read.texts, comment ? words : std::vector<MetadataText>());
    EXPECT_EQ(text_of(read.xmp).find("UserComment") == std::string::npos, comment);
    EXPECT_THAT(made.warnings, ElementsAre(HasSubstr("the text Disclaimer (4 bytes) is left out")));
  }
}

TEST(MetadataFormats, ACommentOfAJpegIsATextOfAPng) {
  MetadataBlocks stored;
  stored.add_text("Comment", "words");
  stored.add_text("Comment", "CREATOR: gd-jpeg v1.0, quality = 90");
  const Bytes file = file_with(OutputFormat::jpeg, stored);
  for (const OutputFormat to : {OutputFormat::jpeg, OutputFormat::png})
    EXPECT_THAT(read_back(thumbnail_of(file, variant(to, Metadata::all)).bytes).texts,
                ElementsAre(MetadataText{"Comment", "words"}));
}

/// A packet of its own with a property of so many bytes.
std::string large_packet(std::size_t bytes) { return packet("p:History='" + std::string(bytes, 'h') + "'", ""); }

TEST(MetadataFormats, XmpOfAnySizeIsWhole) {
  struct Case {
    const char* title;
    std::size_t main, extension;
  };
  for (const Case& c : {Case{"small", 100, 0}, Case{"large", 200000, 0}, Case{"large behind small", 100, 200000},
                        Case{"small behind small", 100, 100}, Case{"large behind large", 65200, 200000}}) {
    MetadataBlocks stored = stale_blocks();
    stored.xmp = test::bytes_of(packet("d:creator='Xara' xmp:Label='" + std::string(c.main, 'm') + "'", ""));
    if (c.extension > 0) stored.extended_xmp = test::bytes_of(large_packet(c.extension));
    const Bytes file = file_with(OutputFormat::png, {});
    for (const OutputFormat to : formats()) {
      SCOPED_TRACE(std::string(c.title) + " to " + title(to));
      const Thumbnail made = thumbnail_of(file, variant(to, Metadata::all), &stored);
      EXPECT_THAT(made.warnings, IsEmpty());
      const MetadataBlocks read = read_back(made.bytes);
      EXPECT_THAT(read.notes, IsEmpty());
      const bool cut = to == OutputFormat::jpeg && c.main + c.extension > 60000;
      EXPECT_EQ(read.extended_xmp.empty(), !cut);
      EXPECT_EQ(extended_xmp_name(read.xmp).empty(), !cut);
      const std::string all = text_of(read.xmp) + text_of(read.extended_xmp);
      for (const auto& [letter, count] : {std::pair{'m', c.main}, std::pair{'h', c.extension}}) {
        EXPECT_GE(static_cast<std::size_t>(std::ranges::count(all, letter)), count) << letter;
      }
      EXPECT_EQ(xmp_rights(cut && c.main > 60000 ? read.extended_xmp : read.xmp).artist, "Xara");
    }
  }
}

TEST(MetadataFormats, AnExtensionThatIsNotWholeIsNamed) {
  MetadataBlocks stored = {.exif = {}, .xmp = {}, .iptc = {}};
  stored.extended_xmp = test::bytes_of(large_packet(100000));
  stored.xmp = test::bytes_of(packet("note:HasExtendedXMP='" + std::string(32, '0') + "'", ""));
  const Bytes other_name = file_with(OutputFormat::jpeg, stored);
  stored.xmp = test::bytes_of(packet("", ""));
  const Bytes no_name = file_with(OutputFormat::jpeg, stored);
  for (const auto& [file, why] :
       {std::pair{other_name, "it is not in the file"}, {no_name, "no XMP packet refers to it"}}) {
    const Thumbnail made = thumbnail_of(file, variant(OutputFormat::jpeg, Metadata::all));
    EXPECT_THAT(made.warnings, ElementsAre(testing::AllOf(HasSubstr("extended XMP (100"), HasSubstr(why))));
    EXPECT_TRUE(extended_xmp_name(read_back(made.bytes).xmp).empty());
  }
}

TEST(MetadataFormats, WhatAJpegsSegmentCannotHoldIsNamedAndItsOwnerStays) {
  ExifLayout layout;
  layout.image = {{0x0112, 3, 6}, {k_exif_artist, 2, 0, "Ada Lens\0"s}};
  layout.exif = {{0x927C, 7, 0, std::string(70000, 'n')}};
  const MetadataBlocks stored = {.exif = exif_block(layout), .xmp = {}, .iptc = {}};
  Variant settings = variant(OutputFormat::jpeg, Metadata::all);
  settings.auto_orient = false;
  const Thumbnail made = thumbnail_of(file_with(OutputFormat::png, stored), settings);
  EXPECT_THAT(made.warnings, ElementsAre(HasSubstr("EXIF (70")));
  const MetadataBlocks read = read_back(made.bytes);
  EXPECT_EQ(exif_text(read.exif, k_exif_artist), "Ada Lens");
  EXPECT_EQ(exif_orientation(read.exif), 6) << "the pixels were not turned";
  settings.format = OutputFormat::png;
  EXPECT_THAT(thumbnail_of(file_with(OutputFormat::png, stored), settings).warnings, IsEmpty());
}

TEST(MetadataFormats, IptcOverSeveralSegmentsIsWhole) {
  std::string records;
  for (int i = 0; i < 5; ++i) records += dataset(2, 120, std::string(30000, 'c'));
  const MetadataBlocks stored = {.exif = {}, .xmp = {}, .iptc = test::bytes_of(records)};
  const Thumbnail made =
      thumbnail_of(file_with(OutputFormat::jpeg, stored), variant(OutputFormat::jpeg, Metadata::all));
  EXPECT_EQ(read_back(made.bytes).iptc, stored.iptc);
}

TEST(MetadataFormats, BlocksThatAreTooLargeToReadAreNamed) {
  const MetadataBlocks stored = {.exif = {}, .xmp = test::bytes_of(large_packet(k_most_metadata_bytes)), .iptc = {}};
  for (const OutputFormat from : formats()) {
    SCOPED_TRACE(title(from));
    MetadataBlocks blocks = stored;
    if (from == OutputFormat::jpeg) std::swap(blocks.xmp, blocks.extended_xmp);
    const Thumbnail made = thumbnail_of(file_with(from, blocks), variant(OutputFormat::png, Metadata::all));
    EXPECT_THAT(made.warnings, Contains(HasSubstr("is left out: it is too large")));
  }
}

TEST(MetadataFormats, TheColourSpaceIsThatOfTheSamples) {
  const Bytes p3 = p3_profile(), srgb = test::srgb_profile();
  const Picture picture = make_picture(ColourModel::rgb, 40, 30, texture());
  struct Case {
    const char* title;
    const Bytes* profile;
    ColourMode mode;
    long stored, wanted;
  };
  const Case cases[] = {
      {"converted", &p3, ColourMode::srgb, 0xFFFF, 1},        {"kept", &p3, ColourMode::keep, 1, 0xFFFF},
      {"sRGB kept", &srgb, ColourMode::keep, 0xFFFF, 1},      {"sRGB", &srgb, ColourMode::srgb, 0xFFFF, 1},
      {"unknown", nullptr, ColourMode::srgb, 0xFFFF, 0xFFFF},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    ExifLayout layout;
    layout.exif = {{0xA001, 3, static_cast<std::size_t>(c.stored)}};
    const Bytes block = exif_block(layout);
    Attachments attachments{.profile = {}, .exif = block, .xmp = {}, .iptc = {}};
    if (c.profile != nullptr) attachments.profile = *c.profile;
    Variant settings = variant(OutputFormat::jpeg, Metadata::all);
    settings.colour = c.mode;
    const Bytes made = thumbnail_of(encode_png(picture, settings, attachments), settings).bytes;
    const MetadataBlocks read = read_back(made);
    EXPECT_EQ(ExifReader::number(ExifReader(read.exif).exif(), 0xA001), c.wanted);
  }
}

TEST(MetadataFormats, TheTurnOfAnAvifIsThatOfItsBoxes) {
  struct Turned final : Decoder {
    Header head;
    const Header& header() const override { return head; }
    int shrink_for(double) const override { return 1; }
    std::uint64_t memory_needed(Scale, FailOn) const override { return 0; }
    Picture decode(Scale, FailOn, std::uint64_t) override { return {}; }
    MetadataBlocks metadata() override { return {}; }
    const std::vector<std::string>& warnings() const override { return none; }
    std::vector<std::string> none;
  } decoder;
  decoder.head.format = FileFormat::avif;
  decoder.head.container_orients = true;
  decoder.head.width = 40, decoder.head.height = 30;
  decoder.head.orientation = 6;
  Variant settings = variant(OutputFormat::jpeg, Metadata::all);
  settings.auto_orient = false;
  const Picture picture = make_picture(ColourModel::rgb, 40, 30, texture());
  const Thumbnail made = make_thumbnail(picture, plan_thumbnail(decoder, settings), settings, {});
  EXPECT_EQ(exif_orientation(read_back(made.bytes).exif), 6);
}

}  // namespace
}  // namespace thumbs::image
