// How large a picture is, by its header alone.
#pragma once

#include <cstddef>
#include <span>

namespace thumbs {

struct PixelSize {
  int width = 0;
  int height = 0;
};

/// What the header of the picture that begins with `bytes` says, as stored; nothing is decoded. 0×0 where it cannot be
/// told. Never throws Error.
PixelSize size_in_header(std::span<const std::byte> bytes);

}  // namespace thumbs
