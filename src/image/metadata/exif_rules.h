// What becomes of each entry of an EXIF block in a thumbnail (Exif 2.32, tables 3 to 15; TIFF 6.0).
#pragma once

#include <cstdint>

#include "image/metadata/facts.h"

namespace thumbs {

enum class ExifDirectory : std::uint8_t { image, exif, gps, interoperability };

enum class ExifFate : std::uint8_t {
  keep,
  drop,         ///< it describes the original's pixels, or an old preview
  width,        ///< becomes the thumbnail's
  height,       ///< becomes the thumbnail's
  orientation,  ///< becomes the thumbnail's
  colours,      ///< ColorSpace becomes the thumbnail's
  index,        ///< InteroperabilityIndex, which names a colour space
  directory,    ///< points to another directory
};

ExifFate exif_fate(ExifDirectory directory, std::uint32_t tag, const MetadataFacts& facts);

/// Of an entry whose fate is `directory`.
ExifDirectory exif_directory(std::uint32_t tag);

}  // namespace thumbs
