// Which of libaom's tools a thumbnail is worth.
#pragma once

#include "image/picture.h"
#include "thumbs/variant.h"

namespace thumbs::image {

struct AvifEffort {
  int speed = 0;            ///< libaom's
  bool photograph = false;  ///< without the tools for drawings, as palettes: libaom looks long whether they pay
  bool rectangles = true;   ///< blocks may be split into two halves, and be as small as 4×4
  bool own_chroma = false;  ///< a quantiser for chroma that follows luma's less closely
  int coarser = 0;          ///< steps of libaom's quantiser from 0 to 63 beyond what the quality says
};

AvifEffort avif_effort(const Picture& picture, const ResolvedVariant& settings);

/// -2 (smooth) to 3 (busy): errors of the same size show less where there is more to see, and cost more bytes to avoid.
/// 0 is the mean of photographs at 256 pixels. Without a whole block of 8×8 it is 0.
int coarser_by_contrast(const Picture& picture);

/// Whether a good part of the picture has few colours, with edges.
bool is_drawn(const Picture& picture);

}  // namespace thumbs::image
