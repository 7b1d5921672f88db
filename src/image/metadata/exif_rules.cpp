// A table of tags. Other entries are kept, maker notes too, since no offset in a block changes.
#include "image/metadata/exif_rules.h"

#include <algorithm>
#include <iterator>

namespace thumbs::image {
namespace {

constexpr std::uint32_t k_exif_pointer = 0x8769, k_gps_pointer = 0x8825, k_interoperability_pointer = 0xA005;

constexpr ExifDirectory k_image = ExifDirectory::image;
constexpr ExifDirectory k_in_exif = ExifDirectory::exif;
constexpr ExifDirectory k_interoperability = ExifDirectory::interoperability;

/// For the tags from `first` to `last` of a directory.
struct ExifRule {
  ExifDirectory directory;
  std::uint32_t first;
  std::uint32_t last;
  Fate fate = Fate::drop;
  Unless unless = Unless::never;
};

constexpr ExifRule k_exif_rules[] = {
    {k_image, 0x0100, 0x0100, Fate::width},
    {k_image, 0x0101, 0x0101, Fate::height},
    {k_image, 0x0112, 0x0112, Fate::orientation},
    {k_image, k_exif_pointer, k_exif_pointer, Fate::directory},
    {k_image, k_gps_pointer, k_gps_pointer, Fate::directory},
    // How the original's samples lay in its file, and what a TIFF holds beside them.
    {k_image, 0x00FE, 0x00FF},  // NewSubfileType, SubfileType
    {k_image, 0x0102, 0x0103},  // BitsPerSample, Compression
    {k_image, 0x0106, 0x010A},  // PhotometricInterpretation, Threshholding, CellWidth, CellLength, FillOrder
    {k_image, 0x0111, 0x0111},  // StripOffsets
    {k_image, 0x0115, 0x0119},  // SamplesPerPixel, RowsPerStrip, StripByteCounts, MinSampleValue, MaxSampleValue
    {k_image, 0x011C, 0x011C},  // PlanarConfiguration
    {k_image, 0x0120, 0x0123},  // FreeOffsets, FreeByteCounts, GrayResponseUnit, GrayResponseCurve
    {k_image, 0x013D, 0x013D},  // Predictor
    {k_image, 0x0140, 0x0145},  // ColorMap, HalftoneHints, TileWidth, TileLength, TileOffsets, TileByteCounts
    {k_image, 0x014A, 0x014A},  // SubIFDs: other pictures of the original's file
    {k_image, 0x014C, 0x0155},  // InkSet … SMaxSampleValue
    {k_image, 0x015B, 0x015B},  // JPEGTables
    {k_image, 0x0200, 0x0209},  // of JPEG in TIFF
    {k_image, 0x0211, 0x0214},  // YCbCrCoefficients, YCbCrSubSampling, YCbCrPositioning, ReferenceBlackWhite
    {k_image, 0x02BC, 0x02BC},  // XMP, as TIFF holds it
    {k_image, 0x5012, 0x503B},  // a preview, as Windows holds it
    {k_image, 0x8649, 0x8649},  // Photoshop's resources, with a preview among them
    {k_image, 0x8773, 0x8773},  // a profile: the thumbnail has its own
    // What the original's samples meant.
    {k_image, 0x012D, 0x012D, Fate::drop, Unless::same_colours},  // TransferFunction
    {k_image, 0x013E, 0x013F, Fate::drop, Unless::same_colours},  // WhitePoint, PrimaryChromaticities
    {k_image, 0x0301, 0x0303, Fate::drop,
     Unless::same_colours},  // gamma, profile's name and intent, as Windows has them

    {k_in_exif, 0xA001, 0xA001, Fate::colours},
    {k_in_exif, 0xA002, 0xA002, Fate::width},
    {k_in_exif, 0xA003, 0xA003, Fate::height},
    {k_in_exif, k_interoperability_pointer, k_interoperability_pointer, Fate::directory},
    // Layout, and places and lengths in the original's pixels.
    {k_in_exif, 0x9101, 0x9102},  // ComponentsConfiguration, CompressedBitsPerPixel
    {k_in_exif, 0x9214, 0x9214},  // SubjectArea
    {k_in_exif, 0xA20E, 0xA210},  // FocalPlaneXResolution, …YResolution, …ResolutionUnit
    {k_in_exif, 0xA214, 0xA214},  // SubjectLocation
    {k_in_exif, 0xA500, 0xA500, Fate::drop, Unless::same_colours},  // Gamma

    {k_interoperability, 0x0001, 0x0001, Fate::index},
    {k_interoperability, 0x1001, 0x1002},  // RelatedImageWidth, RelatedImageLength
};

}  // namespace

Fate exif_fate(ExifDirectory directory, std::uint32_t tag, const MetadataFacts& facts) {
  const auto* const rule = std::ranges::find_if(
      k_exif_rules, [&](const ExifRule& r) { return r.directory == directory && tag >= r.first && tag <= r.last; });
  return rule != std::end(k_exif_rules) && applies(rule->unless, facts) ? rule->fate : Fate::keep;
}

ExifDirectory exif_directory(std::uint32_t tag) {
  if (tag == k_gps_pointer) return ExifDirectory::gps;
  return tag == k_exif_pointer ? ExifDirectory::exif : ExifDirectory::interoperability;
}

}  // namespace thumbs::image
