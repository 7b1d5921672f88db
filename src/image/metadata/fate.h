// What happens to an entry of EXIF or a property of XMP in a thumbnail: shared by both tables of rules.
#pragma once

#include <cstdint>

#include "image/metadata/facts.h"

namespace thumbs::image {

enum class Fate : std::uint8_t {
  keep,
  drop,         ///< it describes the original's pixels, an old preview, or what is not in the file
  width,        ///< becomes the thumbnail's
  height,       ///< becomes the thumbnail's
  orientation,  ///< becomes the thumbnail's
  colours,      ///< ColorSpace becomes the thumbnail's
  format,       ///< becomes the thumbnail's MIME type
  index,        ///< EXIF's InteroperabilityIndex, which names a colour space
  directory,    ///< points to another directory of EXIF
};

/// When a rule does not apply, so that the entry is kept.
enum class Unless : std::uint8_t { never, same_frame, same_colours };

inline bool applies(Unless unless, const MetadataFacts& facts) {
  switch (unless) {
    case Unless::never: break;
    case Unless::same_frame: return facts.reframed;
    case Unless::same_colours: return facts.colours == ColourClaim::srgb;
  }
  return true;
}

}  // namespace thumbs::image
