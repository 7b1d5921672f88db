// Facts about a thumbnail that its metadata must agree with, whatever the source's metadata say.
#pragma once

#include <cstdint>

#include "thumbs/variant.h"

namespace thumbs::image {

/// What metadata may say about the colours.
enum class ColourClaim : std::uint8_t {
  as_stored,     ///< the same as in the source, and nothing better is known
  srgb,          ///< converted to sRGB, or the profile is sRGB
  uncalibrated,  ///< a profile other than sRGB is kept
};

struct MetadataFacts {
  PictureFormat format = PictureFormat::jpeg;
  int width = 0;
  int height = 0;
  int orientation = 1;    ///< EXIF's number, 1 to 8; 0: as the source's blocks say
  bool reframed = false;  ///< turned, cropped or padded: positions differ from the original's
  ColourClaim colours = ColourClaim::as_stored;
};

}  // namespace thumbs::image
