// Pointwise work on small (already resized) pictures: colour models, alpha, background, padding.
#pragma once

#include "image/geometry.h"
#include "image/picture.h"
#include "thumbs/variant.h"

namespace thumbs::image {

/// ycbcr (all planes of pitch 1; JFIF's full-range BT.601) → rgb. Other models are unchanged; cmyk needs a
/// conversion (icc.h).
Picture to_rgb(Picture picture);

/// 8-bit or 16-bit straight alpha → 16-bit premultiplied, as the resize takes it.
void premultiply(Picture& picture);

/// 16-bit premultiplied → 8-bit straight, rounded; fully transparent pixels are 0.
Picture unpremultiply(const Picture& picture);

/// Lays a premultiplied 16-bit picture over an opaque background colour: 8-bit without alpha. Grey stays grey where the
/// background is grey.
Picture flatten(const Picture& picture, Colour background);

/// 16 → 8 bits by rounding; 8-bit pictures are unchanged. REQUIRES a picture that is not premultiplied.
Picture to_8_bit(Picture picture);

/// Puts an 8-bit picture of pitch-1 planes on a canvas of `background`. grey becomes rgb if the background is not grey;
/// with `alpha_out` the result has an alpha plane (opaque under the picture if that had none).
Picture pad(Picture picture, const Geometry& geometry, Colour background, bool alpha_out);

}  // namespace thumbs::image
