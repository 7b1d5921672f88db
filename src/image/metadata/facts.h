// What is true of a thumbnail, whatever its source's metadata say.
#pragma once

#include <cstdint>

#include "thumbs/variant.h"

namespace thumbs {

/// What metadata may say of the colours.
enum class ColourClaim : std::uint8_t {
  as_stored,     ///< the samples mean what they meant, and nothing better is known of them
  srgb,          ///< converted to sRGB, or sRGB by their profile
  uncalibrated,  ///< a profile other than sRGB is kept
};

struct MetadataFacts {
  PictureFormat format = PictureFormat::jpeg;
  int width = 0;
  int height = 0;
  int orientation = 1;    ///< EXIF's number, 1 to 8; 0: what the source's blocks say
  bool reframed = false;  ///< turned, cropped or padded: places in the original are not those in the thumbnail
  ColourClaim colours = ColourClaim::as_stored;
};

}  // namespace thumbs
