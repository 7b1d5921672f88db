// Sharpening of small (already resized) pictures: an unsharp mask on luma.
#pragma once

#include "image/picture.h"

namespace thumbs::image {

/// Sharpens an upright 8-bit picture in its output's colours: grey, ycbcr (the luma plane) or rgb; alpha, if any,
/// straight.
///
/// Luma (JFIF's for rgb) is compared with its Gaussian blur of `sigma` (above 0, at most 10) pixels, cut off at 3
/// sigma, edges repeated; pixels count by their alpha. Of the difference d, in 255ths, the luma gains s(|d|) in d's
/// direction, with s(d) = d up to 5.1 and 2d - 5.1 beyond, at most 25.5 where that makes lighter and 51 where it makes
/// darker: libvips' and sharp's curve (m1 = 1, m2 = 2, x1 = 2, y2 = 10, y3 = 20, of 100). In rgb all channels gain the
/// same. Integer arithmetic: the same bytes on every machine.
void sharpen(Picture& picture, double sigma);

}  // namespace thumbs::image
