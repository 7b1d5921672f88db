// Printed ink for CMYK pictures that come without a profile: a small model of four-colour offset print on white paper.
//
// H. Neugebauer (1937): halftone dots of three inks, laid at random, leave eight kinds of surface (paper, each ink, and
// their overprints); the light from them adds up in proportion to the area that each takes, which Demichel's products
// of the inks' coverages give. J. Yule and W. Nielsen (1951): light that the paper scatters below the dots mixes them
// more than that, which roots of light, added up in place of light, follow: here square roots (n = 2). A dot also grows
// in print (A. Murray and E. Davies, 1936): each ink's coverage is a curve of what the file asks for, x + 4x(1 - x)(a +
// b(2x - 1)), and differs by channel as scattering does. Black ink takes light from all surfaces alike, so that it
// alone is a neutral grey, and full black is black.
//
// The eight surfaces in linear sRGB and the curves are our own fit: least differences of colour to what sharp 0.35
// (libvips 8.18) makes of CMYK without a profile, over a grid of 10 × 10 × 10 × 10 inks, of which those of little ink
// count for more. What is left there is a mean of 2.6 ΔE*ab (CIE 1976; 95 of 100 are below 5.4, the most is 11.4), or
// 1.8 ΔE00 (CIEDE2000).
#pragma once

#include <memory>

#include "image/colour/icc.h"

namespace thumbs {

/// For cmyk of 8 bits. No ink is #ffffff; more ink is never lighter. In integers: the same bytes everywhere.
std::shared_ptr<const ToSrgb> printed_ink();

}  // namespace thumbs
