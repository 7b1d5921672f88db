// Tables of tags. What they do not name stays: makers' notes too, for no offset in a block changes.
#include "image/metadata/exif_rules.h"

#include <algorithm>
#include <iterator>

namespace thumbs {
namespace {

constexpr std::uint32_t k_exif_pointer = 0x8769, k_gps_pointer = 0x8825, k_interoperability_pointer = 0xA005;

struct Tags {
  std::uint32_t first;
  std::uint32_t last;
};

/// In IFD0. How the original's samples lay in its file, and what a TIFF holds beside them.
constexpr Tags k_layout[] = {
    {0x00FE, 0x00FF},  // NewSubfileType, SubfileType
    {0x0102, 0x0103},  // BitsPerSample, Compression
    {0x0106, 0x010A},  // PhotometricInterpretation, Threshholding, CellWidth, CellLength, FillOrder
    {0x0111, 0x0111},  // StripOffsets
    {0x0115, 0x0119},  // SamplesPerPixel, RowsPerStrip, StripByteCounts, MinSampleValue, MaxSampleValue
    {0x011C, 0x011C},  // PlanarConfiguration
    {0x0120, 0x0123},  // FreeOffsets, FreeByteCounts, GrayResponseUnit, GrayResponseCurve
    {0x013D, 0x013D},  // Predictor
    {0x0140, 0x0145},  // ColorMap, HalftoneHints, TileWidth, TileLength, TileOffsets, TileByteCounts
    {0x014A, 0x014A},  // SubIFDs: other pictures of the original's file
    {0x014C, 0x0155},  // InkSet … SMaxSampleValue
    {0x015B, 0x015B},  // JPEGTables
    {0x0200, 0x0209},  // of JPEG in TIFF
    {0x0211, 0x0214},  // YCbCrCoefficients, YCbCrSubSampling, YCbCrPositioning, ReferenceBlackWhite
    {0x02BC, 0x02BC},  // XMP, as TIFF holds it
    {0x5012, 0x503B},  // a preview, as Windows holds it
    {0x8649, 0x8649},  // Photoshop's resources, with a preview among them
    {0x8773, 0x8773},  // a profile: the thumbnail has its own
};

/// In IFD0. What the original's samples meant.
constexpr Tags k_meaning[] = {
    {0x012D, 0x012D},  // TransferFunction
    {0x013E, 0x013F},  // WhitePoint, PrimaryChromaticities
    {0x0301, 0x0303},  // gamma, profile's name and rendering intent, as Windows holds them
};

/// In the Exif directory. Layout, and places and lengths in the original's pixels.
constexpr Tags k_exif_layout[] = {
    {0x9101, 0x9102},  // ComponentsConfiguration, CompressedBitsPerPixel
    {0x9214, 0x9214},  // SubjectArea
    {0xA20E, 0xA210},  // FocalPlaneXResolution, FocalPlaneYResolution, FocalPlaneResolutionUnit
    {0xA214, 0xA214},  // SubjectLocation
};
constexpr std::uint32_t k_gamma = 0xA500;

template <std::size_t N>
bool among(const Tags (&tags)[N], std::uint32_t tag) {
  return std::any_of(std::begin(tags), std::end(tags), [&](Tags t) { return tag >= t.first && tag <= t.last; });
}

ExifFate fate_in_image(std::uint32_t tag, bool other_colours) {
  switch (tag) {
    case 0x0100: return ExifFate::width;
    case 0x0101: return ExifFate::height;
    case 0x0112: return ExifFate::orientation;
    case k_exif_pointer:
    case k_gps_pointer: return ExifFate::directory;
    default: break;
  }
  return among(k_layout, tag) || (other_colours && among(k_meaning, tag)) ? ExifFate::drop : ExifFate::keep;
}

ExifFate fate_in_exif(std::uint32_t tag, bool other_colours) {
  switch (tag) {
    case 0xA001: return ExifFate::colours;
    case 0xA002: return ExifFate::width;
    case 0xA003: return ExifFate::height;
    case k_interoperability_pointer: return ExifFate::directory;
    default: break;
  }
  return among(k_exif_layout, tag) || (other_colours && tag == k_gamma) ? ExifFate::drop : ExifFate::keep;
}

ExifFate fate_in_interoperability(std::uint32_t tag) {
  constexpr std::uint32_t k_index = 0x0001, k_related_width = 0x1001, k_related_length = 0x1002;
  if (tag == k_index) return ExifFate::index;
  return tag == k_related_width || tag == k_related_length ? ExifFate::drop : ExifFate::keep;
}

}  // namespace

ExifFate exif_fate(ExifDirectory directory, std::uint32_t tag, const MetadataFacts& facts) {
  const bool other_colours = facts.colours == ColourClaim::srgb;
  switch (directory) {
    case ExifDirectory::image: return fate_in_image(tag, other_colours);
    case ExifDirectory::exif: return fate_in_exif(tag, other_colours);
    case ExifDirectory::interoperability: return fate_in_interoperability(tag);
    case ExifDirectory::gps: break;
  }
  return ExifFate::keep;
}

ExifDirectory exif_directory(std::uint32_t tag) {
  if (tag == k_gps_pointer) return ExifDirectory::gps;
  return tag == k_exif_pointer ? ExifDirectory::exif : ExifDirectory::interoperability;
}

}  // namespace thumbs
