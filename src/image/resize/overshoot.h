// What a kernel overshoots in a premultiplied picture: kept until colour and alpha can be cut off together.
#pragma once

#include "image/geometry.h"
#include "image/picture.h"
#include "thumbs/variant.h"

namespace thumbs {

/// Whether the resize of `in` must keep results beyond its samples' range. Cut off plane by plane, alpha would lose
/// more than colour does, and the opaque side of an edge would come out too bright.
bool keeps_overshoot(const Picture& in, Orientation orientation, const Geometry& geometry, Kernel kernel);

/// 16-bit planes as filters with halved weights leave them (v is stored as v / 2 + 16384, so -32768 to 98302 fit)
/// → 0 to 65535: alpha is cut off, and colour scaled along, so that their ratio stays.
void settle_overshoot(Picture& picture);

}  // namespace thumbs
