// The resize without SIMD, for machines without it, and the reference for the other versions.
#pragma once

#include "image/picture.h"
#include "image/resize/kernel.h"

namespace thumbs::image {

/// As resample_plane (resample.h), to the bit.
void resample_plain(const Plane& in, const AxisFilter& down, const AxisFilter& across, bool transpose, Plane& out);

}  // namespace thumbs::image
