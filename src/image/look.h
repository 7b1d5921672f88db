// How a picture looks at a glance: its dominant colour, and a ThumbHash (Evan Wallace,
// https://evanw.github.io/thumbhash/), some 25 bytes that a page turns into a blurred placeholder.
//
// Both are made from one reduction of the picture, which is the same whatever variants are made beside it. All
// arithmetic on its pixels is in integers, so that every machine gives the same bytes.
#pragma once

#include "image/picture.h"
#include "image/thumbnail.h"
#include "support/picture_look.h"
#include "thumbs/variant.h"

namespace thumbs::image {

/// The settings that make the reduction: upright, in sRGB, at most 48 pixels a side, alpha kept.
ResolvedVariant look_settings();

/// Lets the decoder shrink as far as it can: a blurred picture needs no more, and of a JPEG that is the cheapest part.
ThumbnailPlan plan_look(const Decoder& decoder, const ResolvedVariant& settings);

/// Of a reduction: grey or rgb, 8 bits, colours not premultiplied.
PictureLook look_of(const Picture& reduction);

}  // namespace thumbs::image
