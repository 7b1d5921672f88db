// EXIF blocks corrected for a thumbnail: a table over tags and facts, and broken blocks.
#include "image/metadata/exif_edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "image/metadata/byte_ranges.h"
#include "image/metadata/exif_block.h"
#include "image/metadata/orientation.h"
#include "unit/image/metadata/metadata_blocks.h"

namespace thumbs::image {
namespace {

using namespace test;
using Bytes = std::vector<std::byte>;
using std::string_literals::operator""s;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr MetadataFacts k_small = {.format = PictureFormat::jpeg, .width = 80, .height = 60};

/// A small JPEG stream, as previews are.
const std::string k_jpeg_stream = "\xFF\xD8\xFF\xE0\0\4ab\xFF\xDA\0\2PIXELS\xFF\xD9"s;

TEST(ExifEdit, EachTagSaysWhatIsTrueOrGoes) {
  constexpr long k_gone = -1;
  struct Case {
    const char* title;
    char directory;  ///< image, exif, gps, interoperability
    unsigned tag;
    long stored, wanted;
    MetadataFacts facts = k_small;
  };
  MetadataFacts srgb = k_small, kept = k_small, unturned = k_small, wide = k_small;
  srgb.colours = ColourClaim::srgb;
  kept.colours = ColourClaim::uncalibrated;
  unturned.orientation = 0;
  wide.width = 70000;
  const Case cases[] = {
      {"ImageWidth", 'i', 0x0100, 640, 80},
      {"ImageLength", 'i', 0x0101, 480, 60},
      {"BitsPerSample", 'i', 0x0102, 8, k_gone},
      {"Compression", 'i', 0x0103, 6, k_gone},
      {"PhotometricInterpretation", 'i', 0x0106, 6, k_gone},
      {"StripOffsets", 'i', 0x0111, 9, k_gone},
      {"SamplesPerPixel", 'i', 0x0115, 3, k_gone},
      {"YCbCrSubSampling", 'i', 0x0212, 2, k_gone},
      {"YCbCrPositioning", 'i', 0x0213, 1, k_gone},
      {"Orientation", 'i', 0x0112, 6, 1},
      {"Orientation that stays", 'i', 0x0112, 6, 6, unturned},
      {"ResolutionUnit", 'i', 0x0128, 2, 2},
      {"Rating", 'i', 0x4746, 5, 5},
      {"WhitePoint of colours that stay", 'i', 0x013E, 7, 7},
      {"WhitePoint of colours that do not", 'i', 0x013E, 7, k_gone, srgb},
      {"PixelXDimension", 'e', 0xA002, 640, 80},
      {"PixelXDimension beyond a SHORT", 'e', 0xA002, 640, 70000, wide},
      {"PixelYDimension", 'e', 0xA003, 480, 60},
      {"ColorSpace of samples that stay", 'e', 0xA001, 0xFFFF, 0xFFFF},
      {"ColorSpace of converted samples", 'e', 0xA001, 0xFFFF, 1, srgb},
      {"ColorSpace of another profile", 'e', 0xA001, 1, 0xFFFF, kept},
      {"Gamma", 'e', 0xA500, 2, k_gone, srgb},
      {"ComponentsConfiguration", 'e', 0x9101, 1, k_gone},
      {"SubjectArea", 'e', 0x9214, 1, k_gone},
      {"FocalPlaneXResolution", 'e', 0xA20E, 1, k_gone},
      {"FNumber", 'e', 0x829D, 4, 4},
      {"RelatedImageWidth", 'n', 0x1001, 640, k_gone},
      {"altitude", 'g', 0x0006, 12, 12},
      {"latitude has the tag of an index", 'g', 0x0001, 3, 3, srgb},
  };
  for (const bool big_endian : {false, true}) {
    for (const Case& c : cases) {
      SCOPED_TRACE(c.title + std::string(big_endian ? ", big endian" : ""));
      const ExifEntry entry{c.tag, 3, static_cast<std::size_t>(c.stored)};
      ExifLayout layout;
      layout.big_endian = big_endian;
      layout.image = {{0x010F, 2, 0, "Maker Inc.\0"s}};
      layout.exif = {{0x9003, 2, 0, "2024:01:02 03:04:05\0"s}};
      if (c.directory == 'i') layout.image.push_back(entry);
      if (c.directory == 'e') layout.exif.push_back(entry);
      if (c.directory == 'n') layout.interoperability = {entry, {0x0002, 2, 0, "0100"}};
      if (c.directory == 'g') layout.gps = {entry};
      const TrueExif exif = true_exif(exif_block(layout), c.facts);
      const ExifReader read(exif.block);
      const auto directory = c.directory == 'i'   ? read.image()
                             : c.directory == 'e' ? read.exif()
                             : c.directory == 'n' ? read.interoperability()
                                                  : read.gps();
      EXPECT_EQ(ExifReader::number(directory, c.tag), c.wanted);
      EXPECT_EQ(ExifReader::text(read.image(), 0x010F), "Maker Inc.\0"s);
      EXPECT_EQ(ExifReader::text(read.exif(), 0x9003), "2024:01:02 03:04:05\0"s);
      EXPECT_THAT(exif.warnings, ElementsAre());
    }
  }
}

TEST(ExifEdit, TheInteroperabilityIndexNamesTheColours) {
  struct Case {
    const char *stored, *wanted;
    ColourClaim colours;
  };
  for (const Case& c : {Case{"R03", "R98", ColourClaim::srgb},
                        {"R98", "R98", ColourClaim::srgb},
                        {"R03", "R03", ColourClaim::uncalibrated},
                        {"R98", "", ColourClaim::uncalibrated},
                        {"R03", "R03", ColourClaim::as_stored}}) {
    SCOPED_TRACE(c.stored);
    ExifLayout layout;
    layout.interoperability = {{1, 2, 0, c.stored + "\0"s}, {2, 7, 0, "0100"}};
    MetadataFacts facts = k_small;
    facts.colours = c.colours;
    const TrueExif exif = true_exif(exif_block(layout), facts);
    const std::string read = ExifReader::text(ExifReader(exif.block).interoperability(), 1);
    EXPECT_EQ(read, *c.wanted == '\0' ? std::string() : c.wanted + "\0"s);
    EXPECT_EQ(ExifReader::text(ExifReader(exif.block).interoperability(), 2), "0100");
  }
}

TEST(ExifEdit, MakersNotesStayWhereTheyWereWithoutTheirPreviews) {
  const std::string note = "MAKER" + k_jpeg_stream + "NOTE";
  ExifLayout layout;
  layout.image = {{0x0102, 3, 8}, {0x0112, 3, 6}};
  layout.exif = {{0x9101, 7, 0, "\1\2\3\0"s}, {0x927C, 7, 0, note}, {0xA002, 3, 640}};
  const Bytes block = exif_block(layout);
  const TrueExif exif = true_exif(block, k_small);
  const std::string kept = "MAKER" + std::string(k_jpeg_stream.size(), '\0') + "NOTE";
  EXPECT_EQ(ExifReader::text(ExifReader(exif.block).exif(), 0x927C), kept);
  EXPECT_EQ(text_of(exif.block).find("MAKER"), text_of(block).find("MAKER"));
}

TEST(ExifEdit, PreviewsGoWhateverTheirKind) {
  struct Case {
    const char* title;
    ExifEntries second;
    std::string preview;
  };
  const Case cases[] = {
      {"JPEG", {{0x0103, 3, 6}}, k_jpeg_stream},
      {"bytes that are said to be JPEG", {}, "SECRET-PREVIEW"},
      {"a text beside it", {{0x010E, 2, 0, "SECRET title"}}, "SECRET-PREVIEW"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    ExifLayout layout;
    layout.image = {{0x010F, 2, 0, "Maker Inc.\0"s}};
    layout.second = c.second;
    layout.preview = c.preview;
    const Bytes block = exif_block(layout);
    const TrueExif exif = true_exif(block, k_small);
    EXPECT_THAT(text_of(exif.block), Not(HasSubstr("SECRET")));
    EXPECT_THAT(text_of(exif.block), Not(HasSubstr("PIXELS")));
    EXPECT_LE(exif.block.size() + c.preview.size(), block.size()) << "cut off";
    EXPECT_EQ(ExifReader::text(ExifReader(exif.block).image(), 0x010F), "Maker Inc.\0"s);
    const auto image = ExifReader(exif.block).image();
    EXPECT_EQ(image->tiff().u32(*image->next_at()), 0u) << "no second directory";
  }
}

TEST(ExifEdit, AnUncompressedPreviewGoesStripByStrip) {
  ExifLayout layout;
  layout.image = {{0x010F, 2, 0, "Maker Inc.\0"s}};
  layout.second = {{0x0111, 4, 0}, {0x0117, 4, 12}};
  Bytes block = exif_block(layout);
  const std::size_t strip = block.size(), entry = 8 + directory_bytes(layout.image) + 2 + 8;
  block[entry] = static_cast<std::byte>(strip);
  const Bytes pixels = test::bytes_of("SECRET STRIP");
  block.insert(block.end(), pixels.begin(), pixels.end());
  EXPECT_THAT(text_of(true_exif(block, k_small).block), Not(HasSubstr("SECRET")));
}

TEST(ExifEdit, APreviewThatClaimsTheBlockItselfTakesNothingThatIsUsed) {
  ExifLayout layout;
  layout.image = {{0x010F, 2, 0, "Maker Inc.\0"s}};
  layout.second = {{0x0201, 4, 8}, {0x0202, 4, 0xFFFFFF}};
  const TrueExif exif = true_exif(exif_block(layout), k_small);
  EXPECT_EQ(ExifReader::text(ExifReader(exif.block).image(), 0x010F), "Maker Inc.\0"s);
}

TEST(ExifEdit, WhatIsBrokenGoesWithAWarning) {
  struct Case {
    const char* title;
    ExifEntries image, exif;
  };
  constexpr std::size_t k_texts = 8 + 2 + 2 * 12 + 4;
  const ExifEntry maker{0x010F, 2, 0, "Maker Inc.\0"s};
  const Case cases[] = {
      {"a value beyond the block", {maker, {0x8298, 5, 0xFFFFF0}}, {}},
      {"a type that is none", {maker, {0x8298, 99, 1}}, {}},
      {"a directory beyond the block", {maker, {0x8769, 4, 0xFFFFF0}}, {}},
      {"a directory in a loop", {maker, {0x8769, 4, 8}}, {}},
      {"a directory that overlaps another", {maker, {0x8825, 4, 10}}, {}},
      {"a loop from within", {maker}, {{0xA005, 4, 8}}},
      {"a directory that is no pointer", {maker, {0x8769, 3, 8}}, {}},
      {"a directory that is cut short", {maker, {0x8825, 4, k_texts}}, {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.title);
    ExifLayout layout;
    layout.image = c.image;
    layout.exif = c.exif;
    const TrueExif exif = true_exif(exif_block(layout), k_small);
    EXPECT_EQ(ExifReader::text(ExifReader(exif.block).image(), 0x010F), "Maker Inc.\0"s);
    EXPECT_THAT(exif.warnings, ElementsAre(HasSubstr("EXIF: broken entries are left out (1)")));
    for (const unsigned tag : {0x8298U, 0x8825U})
      EXPECT_EQ(ExifReader::number(ExifReader(exif.block).image(), tag), -1);
    EXPECT_EQ(ExifReader(exif.block).exif().has_value(), !c.exif.empty());
    EXPECT_FALSE(ExifReader(exif.block).interoperability());
  }
}

TEST(ExifEdit, ALoopOfSecondDirectoriesEnds) {
  ExifLayout layout;
  layout.image = {{0x0112, 3, 6}};
  layout.second = {{0x0103, 3, 6}};
  Bytes block = exif_block(layout);
  const std::size_t second = 8 + directory_bytes(layout.image);
  block[second + 2 + 12] = static_cast<std::byte>(second);  // its next directory is itself
  EXPECT_EQ(exif_orientation(true_exif(block, k_small).block), 1);
}

TEST(ByteRanges, WhatIsTakenIsLeftOut) {
  using Ranges = std::vector<ByteRange>;
  EXPECT_EQ(joined({{5, 9}, {1, 3}, {3, 5}, {7, 8}, {20, 20}}), (Ranges{{1, 9}}));
  EXPECT_EQ(without({{0, 10}, {20, 30}}, {{2, 4}, {3, 6}, {9, 22}, {40, 50}}), (Ranges{{0, 2}, {6, 9}, {22, 30}}));
  EXPECT_EQ(without({{0, 10}}, {{0, 10}}), Ranges{});
}

}  // namespace
}  // namespace thumbs::image
