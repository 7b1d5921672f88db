// High dynamic range to sRGB: PQ and HLG, tone-mapped simply.
#pragma once

#include <memory>

#include "image/colour/colour_space.h"
#include "image/colour/icc.h"
#include "image/picture.h"

namespace thumbs::image {

/// Whether the curve is PQ or HLG.
bool is_hdr(const ColourEncoding& encoding);

/// Converts to light by BT.2100: PQ by its EOTF; HLG by its inverse OETF and the OOTF of a display of 1,000 cd/m²
/// (gamma 1.2). 203 cd/m², BT.2408's reference white, is 1. Where the largest channel m exceeds 0.8 all three are
/// scaled so that it becomes 0.8 + 0.2·t/(1 + t), t = (m - 0.8)/0.2: this keeps highlights, and leaves shadows and
/// mid-tones unchanged. Then the primaries are converted to sRGB's, colours outside its gamut clipped, and sRGB's curve
/// applied. Grey has one channel. REQUIRES is_hdr(encoding), bits 8 or 16, model not cmyk. Null if the chromaticities
/// are degenerate.
std::shared_ptr<const ToSrgb> hdr_to_srgb(const ColourEncoding& encoding, ColourModel model, int bits);

}  // namespace thumbs::image
