// Keeps values that a kernel overshoots in a premultiplied picture until colour and alpha can be clipped together.
#pragma once

#include "image/geometry.h"
#include "image/picture.h"
#include "thumbs/variant.h"

namespace thumbs::image {

/// Whether the resize of `in` must keep results beyond its samples' range. Clipped plane by plane, alpha would lose
/// more than colour, and the opaque side of an edge would become too bright.
bool keeps_overshoot(const Picture& in, Orientation orientation, const Geometry& geometry, Kernel kernel);

/// 16-bit planes as filters with quartered weights leave them (v is stored as v / 4 + 24576, so -98304 to 163836 fit;
/// the widest kernel stays within -57344 to 122880) → 0 to 65535: clips alpha and scales colour with it, which keeps
/// their ratio.
void settle_overshoot(Picture& picture);

}  // namespace thumbs::image
