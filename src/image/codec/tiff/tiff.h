// The entry to TIFF: what the table of formats (formats.h) needs of this folder. Its functions exist only where the
// build has TIFF.
#pragma once

#include <memory>
#include <string>

#include "image/codec/codec.h"

namespace thumbs::image {

/// Reads the first page: strips and tiles, 1 to 16 bits, grey, RGB, CMYK, palette, YCbCr, Lab, alpha.
std::unique_ptr<Decoder> open_tiff(ByteSource& source, const Limits& limits);
std::string tiff_library();

}  // namespace thumbs::image
