// Deflates the rows of a PNG that is written.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace thumbs::image {

/// A zlib stream. `level` is 0 to 9, of which each takes more time for fewer bytes; `filtered`: the bytes are
/// differences. Throws Error too_slow or interrupted where the thread's work must end, and std::bad_alloc.
std::vector<std::byte> deflate_rows(std::span<const std::byte> rows, int level, bool filtered);

/// What it needs beside the rows.
double deflate_memory(double bytes, int level);

}  // namespace thumbs::image
