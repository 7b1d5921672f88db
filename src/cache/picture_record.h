// What is known of a picture's content: facts of its bytes, whatever its path, so that copies and renamed files have
// them too.
#pragma once

#include <cstdint>
#include <optional>

#include "support/hash.h"
#include "support/picture_look.h"

namespace thumbs::cache {

/// Of the bytes that have this hash.
struct PictureRecord {
  Hash128 hash;
  std::uint32_t width = 0;  ///< pixels, upright: turned as the orientation says
  std::uint32_t height = 0;
  bool alpha = false;               ///< it can hold transparent pixels
  std::optional<PictureLook> look;  ///< empty: never asked for
  bool operator==(const PictureRecord&) const = default;
};

}  // namespace thumbs::cache
