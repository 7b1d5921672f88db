// One row, byte by byte.
#include <cstdlib>

#include "image/codec/png/fast/unfilter.h"

namespace thumbs::image {
namespace {

int paeth(int left, int up, int before) {
  const int to_left = std::abs(up - before), to_up = std::abs(left - before), both = std::abs(left + up - 2 * before);
  if (to_left <= to_up && to_left <= both) return left;
  return to_up <= both ? up : before;
}

int predicted(unsigned filter, int left, int up, int before) {
  switch (filter) {
    case 1: return left;
    case 2: return up;
    case 3: return (left + up) / 2;
    case 4: return paeth(left, up, before);
    default: return 0;
  }
}

}  // namespace

void unfilter_plain(const FilteredRows& in, const std::uint8_t* above, std::uint8_t* out) {
  const unsigned filter = in.first[0];
  const std::uint8_t* const bytes = in.first + 1;
  for (std::size_t i = 0; i < in.row_bytes; ++i) {
    const bool has_left = i >= in.pixel_bytes;
    const int left = has_left ? out[i - in.pixel_bytes] : 0, before = has_left ? above[i - in.pixel_bytes] : 0;
    out[i] = static_cast<std::uint8_t>(bytes[i] + predicted(filter, left, above[i], before));
  }
}

}  // namespace thumbs::image
