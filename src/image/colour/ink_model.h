// Printed ink for CMYK pictures that come without a profile: a small model of four-colour offset print on white paper.
//
// H. Neugebauer (1937): halftone dots of three inks, laid at random, give eight kinds of surface (paper, each ink, and
// their overprints). Their light adds up in proportion to the area of each, which Demichel computes from the coverages
// of the inks. J. Yule and W. Nielsen (1951): paper scatters light below the dots and so mixes them more, which is
// modelled by adding up roots of light instead of light, here square roots (n = 2). A dot also grows
// in print (A. Murray and E. Davies, 1936): each ink's coverage is a curve of what the file asks for, x + 4x(1 - x)(a +
// b(2x - 1)), and differs by channel as scattering does. Black ink takes the same share of light from all surfaces, so
// that black alone gives neutral greys, and full black is black.
//
// The eight surfaces in linear sRGB and the curves are our own fit: they minimise the difference in colour to sharp
// 0.35's (libvips 8.18) conversion of CMYK without a profile, over a grid of 10 × 10 × 10 × 10 inks, weighted towards
// little ink. The remaining difference is a mean of 2.6 ΔE*ab (CIE 1976; 95 of 100 are below 5.4, the most is 11.4), or
// 1.8 ΔE00 (CIEDE2000).
#pragma once

#include <memory>

#include "image/colour/icc.h"

namespace thumbs::image {

/// For cmyk of 8 bits. No ink is #ffffff; more ink is never lighter. In integers: the same bytes everywhere.
std::shared_ptr<const ToSrgb> printed_ink();

}  // namespace thumbs::image
