// Tables: one number for each that a sample may be.
#include "image/codec/tiff/samples.h"

namespace thumbs::image {
namespace {

/// From 0…2^bits-1 to 0…most, rounded.
std::vector<std::uint16_t> table_of(int bits, std::uint32_t most, bool inverted) {
  const std::uint32_t last = (1U << bits) - 1;
  std::vector<std::uint16_t> table(std::size_t{last} + 1);
  for (std::uint32_t v = 0; v <= last; ++v) {
    const std::uint64_t value = inverted ? last - v : v;
    table[v] = static_cast<std::uint16_t>((value * most + last / 2) / last);
  }
  return table;
}

}  // namespace

void unpack_tiff_samples(const std::uint8_t* in, int bits, std::size_t count, std::uint16_t* out, std::size_t step) {
  if (bits == 8) {
    for (std::size_t i = 0; i < count; ++i) out[i * step] = in[i];
    return;
  }
  if (bits == 16) {  // in this machine's order
    for (std::size_t i = 0; i < count; ++i) {
      std::uint16_t value = 0;
      __builtin_memcpy(&value, in + 2 * i, 2);
      out[i * step] = value;
    }
    return;
  }
  std::uint32_t held = 0;
  int there = 0;
  const std::uint32_t mask = (1U << bits) - 1;
  for (std::size_t i = 0; i < count; ++i) {
    for (; there < bits; there += 8) held = held << 8 | *in++;
    there -= bits;
    out[i * step] = static_cast<std::uint16_t>(held >> there & mask);
  }
}

TiffSamples::TiffSamples(const TiffLayout& layout, const RowFormat& format)
    : layout_(layout), format_(format), colours_(static_cast<std::size_t>(layout.colours())) {
  const std::uint32_t most = format.deep ? 65535 : 255;
  if (layout.palette.empty()) colour_ = table_of(layout.bits, most, layout.inverted);
  if (layout.alpha_at >= 0) alpha_ = table_of(layout.bits, most, false);
}

template <class Sample>
void TiffSamples::convert_row(const std::uint16_t* in, Sample* out) const {
  const auto step = static_cast<std::size_t>(layout_.samples);
  for (std::size_t x = 0; x < format_.width; ++x, in += step) {
    if (!layout_.palette.empty()) {
      const std::uint32_t colour = layout_.palette[in[0]];
      *out++ = static_cast<Sample>(colour >> 24);
      if (layout_.model != ColourModel::grey) {
        *out++ = static_cast<Sample>(colour >> 16 & 255);
        *out++ = static_cast<Sample>(colour >> 8 & 255);
      }
    } else {
      for (std::size_t c = 0; c < colours_; ++c) *out++ = static_cast<Sample>(colour_[in[c]]);
    }
    if (layout_.alpha_at >= 0) *out++ = static_cast<Sample>(alpha_[in[layout_.alpha_at]]);
  }
}

void TiffSamples::convert(const std::uint16_t* in, std::byte* out) const {
  if (format_.deep)
    convert_row(in, reinterpret_cast<std::uint16_t*>(out));
  else
    convert_row(in, reinterpret_cast<std::uint8_t*>(out));
}

}  // namespace thumbs::image
