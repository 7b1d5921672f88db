// How the outputs of a row are cut into chunks.
#include <algorithm>

#include "image/resize/resample.h"

namespace thumbs::image {
namespace {

constexpr int k_outputs = 16;  ///< of a chunk, at least (where there are so many), and a divisor of all but the last
constexpr int k_columns = 64;
constexpr int k_most_columns = 4096;

/// `chunk` with the columns of outputs [chunk.last, last) taken in.
Chunk grown(Chunk chunk, const AxisFilter& across, int last) {
  int begin = chunk.last > chunk.first ? chunk.begin : across.starts[static_cast<std::size_t>(chunk.first)];
  int end = chunk.last > chunk.first ? chunk.end : 0;
  for (int i = chunk.last; i < last; ++i) {
    const auto at = static_cast<std::size_t>(i);
    begin = std::min(begin, across.starts[at]);
    end = std::max(end, across.starts[at] + 2 * across.pair_counts[at]);
  }
  const int aligned_end = (end - 1) / k_columns * k_columns + k_columns;
  return {chunk.first, last, begin / k_columns * k_columns, aligned_end};
}

}  // namespace

Chunk next_chunk(const AxisFilter& across, int first) {
  const int outputs = static_cast<int>(across.starts.size());
  Chunk chunk{first, first, 0, 0};
  while (chunk.last < outputs) {
    const int last = chunk.last + std::min(k_outputs, outputs - chunk.last);
    const Chunk next = grown(chunk, across, last);
    if (chunk.last > first && next.end - next.begin > k_most_columns) break;
    chunk = next;
  }
  return chunk;
}

std::uint64_t strip_memory(double columns, double reach, double outputs) {
  constexpr double k_rows_between_passes = 4;
  constexpr double k_tiles = 2;  // a tile and its spare
  const double widest = std::min(columns, k_most_columns + k_outputs * reach) + 2 * k_columns;
  const double row = widest * sizeof(std::int16_t);
  const double tile = (outputs + k_outputs) * k_strip_rows * sizeof(std::uint16_t);
  return static_cast<std::uint64_t>(row * (k_strip_rows + k_rows_between_passes) + tile * k_tiles);
}

}  // namespace thumbs::image
