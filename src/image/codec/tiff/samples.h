// From stored samples of any depth to rows as the boxes take them.
#pragma once

#include <cstdint>
#include <vector>

#include "image/codec/sample_rows.h"
#include "image/codec/tiff/layout.h"

namespace thumbs::image {

/// Unpacks `count` samples of `bits` bits, whose rows begin at a byte, to every `step`th number of `out`.
void unpack_tiff_samples(const std::uint8_t* in, int bits, std::size_t count, std::uint16_t* out, std::size_t step);

/// Makes rows out of unpacked samples.
class TiffSamples {
 public:
  TiffSamples(const TiffLayout& layout, const RowFormat& format);

  /// `in` has a row's samples, TiffLayout::samples a pixel; `out` has RowFormat::bytes().
  void convert(const std::uint16_t* in, std::byte* out) const;

  static constexpr std::size_t memory() { return 3 * 65536 * sizeof(std::uint16_t); }

 private:
  template <class Sample>
  void convert_row(const std::uint16_t* in, Sample* out) const;

  const TiffLayout& layout_;
  RowFormat format_;
  std::size_t colours_;
  std::vector<std::uint16_t> colour_;  ///< what a stored sample is
  std::vector<std::uint16_t> alpha_;
};

}  // namespace thumbs::image
