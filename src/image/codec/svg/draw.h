// Draws a document with librsvg, in this process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "image/codec/svg/document.h"
#include "support/buffer.h"

namespace thumbs::image {

/// Pixels of width × height, each a word of premultiplied ARGB. Throws Error.
Buffer draw_svg(const SvgDocument& document, int width, int height);

/// For the process that draws and then ends: no locale, no messages, and no more memory than `bytes` beside what there
/// is.
void confine_drawing(std::uint64_t bytes);

}  // namespace thumbs::image
