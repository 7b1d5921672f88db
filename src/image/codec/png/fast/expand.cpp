// One way for each kind of sample (PNG 3, sections 7.2 and 11.3.1.1; libpng's arithmetic where it rounds).
#include "image/codec/png/fast/expand.h"

#include <cstring>

namespace thumbs::image {
namespace {

constexpr std::uint8_t k_opaque = 255;

std::uint16_t big_endian(const std::uint8_t* in) { return static_cast<std::uint16_t>(in[0] << 8 | in[1]); }

/// As png_set_scale_16() rounds: the nearest of 255ths.
std::uint8_t to_8_bits(const std::uint8_t* in) {
  const int high = in[0];
  return static_cast<std::uint8_t>(high + (((in[1] - high + 128) * 65535) >> 24));
}

}  // namespace

PngExpansion::PngExpansion(const PngLayout& layout, const RowFormat& format)
    : layout_(layout), format_(format), way_(way()) {}

PngExpansion::Way PngExpansion::way() const {
  if (!layout_.palette.empty()) return &PngExpansion::indices;
  if (layout_.depth < 8) return &PngExpansion::few_bits;
  if (layout_.depth == 16) return format_.deep ? &PngExpansion::wide : &PngExpansion::narrowed;
  return layout_.transparent ? &PngExpansion::keyed_8 : nullptr;
}

/// Of one channel, in 8 bits or less.
unsigned PngExpansion::sample(const std::uint8_t* in, std::size_t x) const {
  const std::size_t bit = x * layout_.depth;
  return in[bit / 8] >> (8 - layout_.depth - bit % 8) & ((1U << layout_.depth) - 1);
}

bool PngExpansion::indices(const std::uint8_t* in, std::byte* out) {
  for (std::size_t x = 0; x < format_.width; ++x, out += format_.channels) {
    const unsigned index = sample(in, x);
    if (index >= layout_.palette.size()) return false;
    std::memcpy(out, layout_.palette[index].data(), format_.channels);
  }
  return true;
}

/// Grey.
bool PngExpansion::few_bits(const std::uint8_t* in, std::byte* out) {
  const unsigned most = (1U << layout_.depth) - 1, step = k_opaque / most;
  const bool keyed = layout_.transparent.has_value();
  const unsigned key = keyed ? (*layout_.transparent)[0] & most : 0;
  for (std::size_t x = 0; x < format_.width; ++x) {
    const unsigned value = sample(in, x);
    *out++ = static_cast<std::byte>(value * step);
    if (keyed) *out++ = static_cast<std::byte>(value == key ? 0 : k_opaque);
  }
  return true;
}

/// Only the low bytes of the key count, as in libpng.
bool PngExpansion::keyed_8(const std::uint8_t* in, std::byte* out) {
  for (std::size_t x = 0; x < format_.width; ++x, in += layout_.channels, out += layout_.channels + 1) {
    bool same = true;
    for (std::size_t c = 0; c < layout_.channels; ++c) same = same && in[c] == ((*layout_.transparent)[c] & 255);
    std::memcpy(out, in, layout_.channels);
    out[layout_.channels] = static_cast<std::byte>(same ? 0 : k_opaque);
  }
  return true;
}

bool PngExpansion::wide(const std::uint8_t* in, std::byte* out) {
  auto* to = reinterpret_cast<std::uint16_t*>(out);
  for (std::size_t x = 0; x < format_.width; ++x) {
    bool same = layout_.transparent.has_value();
    for (std::size_t c = 0; c < layout_.channels; ++c, in += 2) {
      *to = big_endian(in);
      same = same && *to == (*layout_.transparent)[c];
      ++to;
    }
    if (layout_.transparent) *to++ = same ? 0 : 65535;
  }
  return true;
}

bool PngExpansion::narrowed(const std::uint8_t* in, std::byte* out) {
  for (std::size_t i = 0; i < format_.samples(); ++i) out[i] = static_cast<std::byte>(to_8_bits(in + 2 * i));
  return true;
}

}  // namespace thumbs::image
