// Sizes: what a variant resizes, crops and pads, computed from the picture's stored size.
#pragma once

#include <optional>

#include "thumbs/variant.h"

namespace thumbs::image {

/// How stored pixels turn into upright ones: transpose first, then mirror. EXIF orientation 1 to 8.
struct Orientation {
  bool transpose = false;
  bool mirror_x = false;  ///< of the upright picture
  bool mirror_y = false;
  bool operator==(const Orientation&) const = default;
};

/// EXIF's 1 to 8; anything else is upright.
Orientation orientation_from_exif(int exif);

struct Size {
  int width = 0;
  int height = 0;
  bool operator==(const Size&) const = default;
};

struct Region {
  int x = 0;
  int y = 0;
  Size size;
  bool operator==(const Region&) const = default;
};

/// A region of a stored picture, in the upright one.
Region upright_region(const Region& region, Size stored, Orientation orientation);

/// All in upright pixels. The upright picture, or the one region of it that counts, is scaled to `resized` (each axis
/// on its own); of that, the rectangle at (crop_x, crop_y) of size `crop` is kept; that lands at (pad_x, pad_y) on a
/// canvas of size `canvas`, which is larger than `crop` only for `contain`.
struct Geometry {
  std::optional<Region> region;
  Size resized;
  int crop_x = 0, crop_y = 0;
  Size crop;
  int pad_x = 0, pad_y = 0;
  Size canvas;
};

/// The sizes that docs/pictures.md states, exactly: one scale for both sides (but for `fill`), rounded half up, in
/// integers. `upright` is the picture's size after orientation, each side at least 1. Crop and pad offsets: left/top 0,
/// right/bottom all of the slack, else half of it rounded down; `position` serves cover and contain alike. A `focus`
/// (in percent of `upright`) moves the crop of cover so that it is in the middle, as far as the picture reaches. With a
/// `region` that alone is the picture. A side of the box that is not
/// given does not constrain: the scale follows from the other side, nothing is cropped or padded on that axis, and
/// `fill` leaves it as it is. Sides are cut to the largest int.
Geometry fit_geometry(Size upright, const ResolvedVariant& settings, const std::optional<Region>& region = {});

/// -1 for the left, 0 for the middle, 1 for the right; of entropy and attention the middle.
int horizontal_side(Position position);
/// -1 for the top, 0 for the middle, 1 for the bottom; likewise.
int vertical_side(Position position);

/// The largest factor by which a decoder may shrink the stored picture, so that at least 1.75 times `resized` remains
/// on both axes of `upright`, which is scaled to it. 1 for nearest, box and linear and for enlargements. Depends only
/// on its arguments: outputs must not depend on which others are made beside them.
double shrink_allowed(Size upright, const Geometry& geometry, Kernel kernel);

}  // namespace thumbs::image
