// The resize of one plane: the specs of its two filters, and the filtering.
#pragma once

#include <vector>

#include "image/geometry.h"
#include "image/picture.h"
#include "image/resize/kernel.h"
#include "image/resize/resize.h"
#include "thumbs/variant.h"

namespace thumbs::image {

/// `down` runs along the stored columns, `across` along the stored rows. With `transpose` the outputs of `down` lie
/// along the rows of the result.
struct PlaneSpecs {
  AxisSpec down;
  AxisSpec across;
  bool transpose = false;

  /// The plane of the result, its samples not set.
  Plane result(int bytes_per_sample) const;
};

/// One entry for each plane of `frame` (only their sizes, depths and pitches count). Arguments as for resize();
/// `quartered`: see overshoot.h.
std::vector<PlaneSpecs> plane_specs(const Picture& frame, Orientation orientation, const Geometry& geometry,
                                    Kernel kernel, ChromaGrid chroma, bool quartered);

/// Filters all of `in` into all of `out`; if neither filter averages, samples are copied.
void filter_plane(const Plane& in, const AxisFilter& down, const AxisFilter& across, bool transpose, Plane& out);

}  // namespace thumbs::image
