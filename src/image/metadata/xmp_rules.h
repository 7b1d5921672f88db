// What becomes of each property of an XMP packet in a thumbnail.
#pragma once

#include <cstdint>
#include <string_view>

#include "image/metadata/facts.h"

namespace thumbs {

enum class XmpFate : std::uint8_t {
  keep,
  drop,         ///< it describes the original's pixels, an old preview, or what is not in the file
  width,        ///< becomes the thumbnail's
  height,       ///< becomes the thumbnail's
  orientation,  ///< becomes the thumbnail's
  colours,      ///< exif:ColorSpace becomes the thumbnail's
  format,       ///< the MIME type
};

/// `name` is "NAMESPACE LOCAL-NAME"; `in_frame`: inside of what says which size regions apply to.
XmpFate xmp_fate(std::string_view name, bool in_frame, const MetadataFacts& facts);

/// Whether `name` says which size regions apply to.
bool is_xmp_frame(std::string_view name);

}  // namespace thumbs
