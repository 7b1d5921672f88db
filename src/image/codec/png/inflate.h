// Inflates the data of PNG's ancillary chunks, within bounds.
#pragma once

#include <cstddef>
#include <span>

namespace thumbs::image {

/// Inflates the zlib stream `in` until `out` is full, or the stream ends or is broken. Returns the number of bytes.
/// Throws std::bad_alloc.
std::size_t inflate_into(std::span<const std::byte> in, std::span<std::byte> out);

}  // namespace thumbs::image
