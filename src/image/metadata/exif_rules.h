// What becomes of each entry of an EXIF block in a thumbnail (Exif 2.32, tables 3 to 15; TIFF 6.0).
#pragma once

#include <cstdint>

#include "image/metadata/fate.h"

namespace thumbs::image {

enum class ExifDirectory : std::uint8_t { image, exif, gps, interoperability };

Fate exif_fate(ExifDirectory directory, std::uint32_t tag, const MetadataFacts& facts);

/// The directory that an entry with the fate `directory` points to.
ExifDirectory exif_directory(std::uint32_t tag);

}  // namespace thumbs::image
