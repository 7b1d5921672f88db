// Where `cover` crops by content (position entropy and attention).
#pragma once

#include "image/colour/icc.h"
#include "image/geometry.h"
#include "image/picture.h"
#include "thumbs/variant.h"

namespace thumbs::image {

/// `geometry`, of a `cover` with the crop in the middle, with the crop moved along the axis that has the more slack to
/// where `position` wants it; unchanged for other positions or without slack.
///
/// The whole upright picture is made small (at most 128 pixels on a side, kernel box; sRGB by `to_srgb` where it is not
/// null) and each place that the crop can have in it, in whole pixels, is scored:
/// - entropy: Shannon's entropy of the crop's luma, in 256 bins; as sharp's `entropy`, but over the whole crop.
/// - attention: the sum of each pixel's interest, weighted by a tent over the crop that is highest in its middle.
///   Interest adds up edges of luma (Laplacian), likeness to skin and saturation, which is what libvips' smartcrop
///   looks for.
/// Transparent pixels count as black. The best score wins; of equal ones the one nearest to the middle, of two such the
/// one further left or up. Integer arithmetic: the same crop on every machine.
Geometry with_crop_chosen(const Picture& picture, Orientation orientation, const Geometry& geometry, Position position,
                          const ToSrgb* to_srgb);

/// An upper estimate of the bytes that with_crop_chosen needs.
double crop_choice_memory();

}  // namespace thumbs::image
