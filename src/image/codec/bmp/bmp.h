// The entry to BMP: what the table of formats (formats.h) needs of this folder.
#pragma once

#include <memory>

#include "image/codec/codec.h"

namespace thumbs::image {

/// Reads every version of the header (CORE, OS/2 2, INFO, V4, V5), 1 to 32 bits, masks, RLE.
std::unique_ptr<Decoder> open_bmp(ByteSource& source, const Limits& limits);

}  // namespace thumbs::image
