// What a PNG says about its colours: cICP before iCCP before sRGB before gAMA with cHRM.
#pragma once

#include "image/codec/codec.h"
#include "image/codec/warnings.h"
#include "image/colour/colour_space.h"

namespace thumbs::image {

/// Reads `source` from its start to the first IDAT, without libpng: its own reading of these chunks is bound to its
/// release, and its warnings of harmless faults would count for FailOn::warning. Inflates at most k_most_profile_bytes.
/// A chunk that is broken, or cannot be used, is ignored with a warning and the next in order counts. An sRGB chunk,
/// and gamma 1/2.2 with sRGB's chromaticities or none, are sRGB itself; cHRM without gAMA says nothing.
/// `broken`: what FailOn::warning says of the first broken cICP, gAMA or cHRM that counts; left alone where there is
/// none.
ColourSpace png_colours(ByteSource& source, Warnings& warnings, std::string& broken);

}  // namespace thumbs::image
