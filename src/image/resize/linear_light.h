// sRGB's transfer function between stored samples and light, in tables of 16 bits.
#pragma once

#include <array>
#include <cstdint>

#include "image/colour/icc.h"
#include "image/geometry.h"
#include "image/picture.h"
#include "thumbs/variant.h"

namespace thumbs::image {

using TransferTable = std::array<std::uint16_t, 65536>;

/// IEC 61966-2-1: the light (of 65535) of a 16-bit sample, rounded; and back. Computed in the same way on every
/// machine, without libm. A sample of 8 bits (times 257) comes back as itself.
const TransferTable& light_of_srgb();
const TransferTable& srgb_of_light();

/// As resize(), but averages light instead of stored samples: chroma is brought to full resolution (kernel linear),
/// ycbcr and cmyk become rgb, colours sRGB by `to_srgb` where it is not null, samples light of 16 bits; alpha is
/// premultiplied in light. The result is grey or rgb in sRGB, 16 bits, premultiplied (in sRGB) where
/// there is alpha.
Picture resize_in_light(const Picture& in, Orientation orientation, const Geometry& geometry, Kernel kernel,
                        const ToSrgb* to_srgb);

/// An upper estimate of the bytes that resize_in_light needs beside its result, for a picture of so many pixels (with
/// their padding).
double light_memory(double pixels, int bytes_per_sample);

}  // namespace thumbs::image
