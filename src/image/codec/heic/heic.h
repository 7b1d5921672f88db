// The entry to HEIC: what the table of formats (formats.h) needs of this folder. Its functions exist only where the
// build has HEIC.
#pragma once

#include <memory>
#include <string>

#include "image/codec/codec.h"

namespace thumbs::image {

/// The primary picture, as libheif turns and crops it; decoded in a process of its own.
std::unique_ptr<Decoder> open_heic(ByteSource& source, const Limits& limits);
std::string heic_library();

}  // namespace thumbs::image
