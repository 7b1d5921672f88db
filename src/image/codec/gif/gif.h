// The entry to GIF: what the table of formats (formats.h) needs of this folder. Its functions exist only where the
// build has GIF.
#pragma once

#include <memory>
#include <string>

#include "image/codec/codec.h"

namespace thumbs::image {

/// Reads the first frame, on its canvas.
std::unique_ptr<Decoder> open_gif(ByteSource& source, const Limits& limits);
std::string gif_library();

}  // namespace thumbs::image
