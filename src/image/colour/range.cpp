// H.273, equations 20 to 31.
#include "image/colour/range.h"

#include <algorithm>

namespace thumbs::image {
namespace {

/// round(255 × (v − zero) / span) + middle, cut to 8 bits.
RangeTable table(int bits, int zero, int span, int middle) {
  RangeTable out(std::size_t{1} << bits);
  for (std::size_t v = 0; v < out.size(); ++v) {
    const std::int64_t twice = 2 * 255 * (static_cast<std::int64_t>(v) - zero) + span;
    const std::int64_t down = twice >= 0 ? twice / (2 * span) : -((-twice + 2 * span - 1) / (2 * span));
    out[v] = static_cast<std::uint8_t>(std::clamp<std::int64_t>(down + middle, 0, 255));
  }
  return out;
}

}  // namespace

RangeTable luma_table(int bits, bool limited) {
  return limited ? table(bits, 16 << (bits - 8), 219 << (bits - 8), 0) : table(bits, 0, (1 << bits) - 1, 0);
}

RangeTable chroma_table(int bits, bool limited) {
  return table(bits, 1 << (bits - 1), limited ? 224 << (bits - 8) : (1 << bits) - 1, 128);
}

}  // namespace thumbs::image
