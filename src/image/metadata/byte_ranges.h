// Ranges of bytes in a block: those in use, and those no longer in use.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace thumbs::image {

struct ByteRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool operator==(const ByteRange&) const = default;
};

/// Sorts ranges and joins those that touch or overlap; drops empty ones.
inline std::vector<ByteRange> joined(std::vector<ByteRange> ranges) {
  std::ranges::sort(ranges, {}, &ByteRange::begin);
  std::vector<ByteRange> out;
  for (const ByteRange& range : ranges) {
    if (range.begin >= range.end) continue;
    if (!out.empty() && range.begin <= out.back().end)
      out.back().end = std::max(out.back().end, range.end);
    else
      out.push_back(range);
  }
  return out;
}

/// The parts of `from` that are not in `taken`, sorted.
inline std::vector<ByteRange> without(const std::vector<ByteRange>& from, const std::vector<ByteRange>& taken) {
  const std::vector<ByteRange> holes = joined(taken);
  std::vector<ByteRange> out;
  for (ByteRange rest : joined(from)) {
    auto hole = std::ranges::partition_point(holes, [&](const ByteRange& h) { return h.end <= rest.begin; });
    for (; hole != holes.end() && hole->begin < rest.end; ++hole) {
      if (hole->begin > rest.begin) out.push_back({rest.begin, hole->begin});
      rest.begin = hole->end;
    }
    if (rest.begin < rest.end) out.push_back(rest);
  }
  return out;
}

}  // namespace thumbs::image
