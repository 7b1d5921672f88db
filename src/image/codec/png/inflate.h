// Inflates what PNG's ancillary chunks hold, within bounds.
#pragma once

#include <cstddef>
#include <span>

namespace thumbs {

/// As many bytes of the zlib stream `in` as fit into `out`; fewer where it ends or is broken. Returns how many. Throws
/// std::bad_alloc.
std::size_t inflate_into(std::span<const std::byte> in, std::span<std::byte> out);

}  // namespace thumbs
