// Stored samples → samples as RowFormat has them, as libpng expands them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "image/codec/png/fast/fast.h"

namespace thumbs::image {

/// For rows of one picture. `layout` must outlive it.
class PngExpansion {
 public:
  PngExpansion(const PngLayout& layout, const RowFormat& format);

  /// Whether stored rows are as `format` has them already.
  bool is_nothing() const { return way_ == nullptr; }
  /// A row in; format.samples() out. False if it holds an index beyond the palette.
  bool operator()(const std::uint8_t* in, std::byte* out) { return (this->*way_)(in, out); }

 private:
  using Way = bool (PngExpansion::*)(const std::uint8_t* in, std::byte* out);

  Way way() const;
  bool indices(const std::uint8_t* in, std::byte* out);
  bool few_bits(const std::uint8_t* in, std::byte* out);
  bool keyed_8(const std::uint8_t* in, std::byte* out);
  bool wide(const std::uint8_t* in, std::byte* out);
  bool narrowed(const std::uint8_t* in, std::byte* out);
  unsigned sample(const std::uint8_t* in, std::size_t x) const;

  const PngLayout& layout_;
  RowFormat format_;
  Way way_;
};

}  // namespace thumbs::image
