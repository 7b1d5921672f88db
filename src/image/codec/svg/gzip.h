// SVG compressed with gzip (.svgz).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace thumbs::image {

bool is_gzip(std::span<const std::byte> bytes);

/// What the first member of a gzip file holds. Throws Error: too_large where that is more than `most` bytes, truncated,
/// corrupt.
std::vector<std::byte> gunzip(std::span<const std::byte> bytes, std::size_t most);

}  // namespace thumbs::image
