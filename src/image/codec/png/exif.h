// Finds a PNG's eXIf chunk wherever it stands: some writers put it behind the pixels, where the header does not reach.
#pragma once

#include "image/codec/codec.h"

namespace thumbs {

/// The EXIF orientation, 1 to 8, of the first eXIf chunk that is whole and readable; 1 where there is none. Reads
/// `source` from its start, chunk headers alone; no judgement on broken files: what cannot be followed ends the search.
int png_orientation(ByteSource& source);

}  // namespace thumbs
