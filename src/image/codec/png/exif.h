// Finds a PNG's eXIf chunk wherever it is: some writers put it after the pixels.
#pragma once

#include "image/codec/codec.h"

namespace thumbs::image {

/// The EXIF orientation, 1 to 8, of the first eXIf chunk that is whole and readable; else 1. Reads `source`
/// from its start, other chunks by their headers only. Stops at the first broken chunk without an error.
int png_orientation(ByteSource& source);

}  // namespace thumbs::image
