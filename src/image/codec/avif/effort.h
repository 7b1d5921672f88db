// Which of libaom's tools a thumbnail is worth.
#pragma once

#include "image/picture.h"
#include "thumbs/variant.h"

namespace thumbs::image {

struct AvifEffort {
  int speed = 0;            ///< libaom's
  bool photograph = false;  ///< without the tools for drawings, as palettes: libaom looks long whether they pay
  bool rectangles = true;   ///< blocks may be split into two halves
  bool own_chroma = false;  ///< a quantiser for chroma that follows luma's less closely
};

AvifEffort avif_effort(const Picture& picture, const ResolvedVariant& settings);

/// Whether a good part of the picture has few colours, with edges.
bool is_drawn(const Picture& picture);

}  // namespace thumbs::image
