// The entry to SVG: what the table of formats (formats.h) needs of this folder. Its functions exist only where the
// build has SVG.
#pragma once

#include <memory>
#include <string>

#include "image/codec/codec.h"

namespace thumbs::image {

/// Draws the picture with librsvg, in a process of its own, at the size that Scale::width and height say.
std::unique_ptr<Decoder> open_svg(ByteSource& source, const Limits& limits);
/// Empty where librsvg is not installed.
std::string svg_library();

}  // namespace thumbs::image
