// The size of a picture, from its header.
#pragma once

#include <cstddef>
#include <span>

namespace thumbs::image {

struct PixelSize {
  int width = 0;
  int height = 0;
};

/// The size in the header of the picture in `bytes`, as stored; nothing is decoded. 0×0 if it cannot be read. Never
/// throws Error.
PixelSize size_in_header(std::span<const std::byte> bytes);

}  // namespace thumbs::image
