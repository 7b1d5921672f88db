// Rows with alpha in the form that decoders give: 16 bits, premultiplied.
#pragma once

#include <cstddef>
#include <cstdint>

namespace thumbs::image {

/// round(colour · alpha / 65535), exactly: the well-known shift form holds for all 16-bit factors.
inline std::uint16_t times_alpha(std::uint16_t colour, std::uint16_t alpha) {
  const std::uint32_t product = std::uint32_t{colour} * alpha + 32768;
  return static_cast<std::uint16_t>((product + (product >> 16)) >> 16);
}

/// Widens `width` pixels of interleaved samples (the last channel is alpha) to 16 bits (× 257 is exact) and multiplies
/// by alpha. `in` and `out` may be the same.
template <class Sample, std::size_t channels>
void premultiply_row(const Sample* in, std::uint16_t* out, std::size_t width) {
  constexpr unsigned scale = sizeof(Sample) == 1 ? 257 : 1;
  for (std::size_t x = 0; x < width; ++x, in += channels, out += channels) {
    const auto alpha = static_cast<std::uint16_t>(in[channels - 1] * scale);
    for (std::size_t c = 0; c + 1 < channels; ++c)
      out[c] = times_alpha(static_cast<std::uint16_t>(in[c] * scale), alpha);
    out[channels - 1] = alpha;
  }
}

}  // namespace thumbs::image
