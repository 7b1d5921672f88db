// One component of a picture on its way from samples to quantised blocks.
#pragma once

#include <cstdint>
#include <vector>

#include "image/codec/jpeg/trellis/entropy.h"
#include "image/codec/jpeg/trellis/trellis.h"
#include "image/codec/jpeg/trellis/viterbi.h"
#include "image/picture.h"

namespace thumbs::image {

class JpegComponent {
 public:
  enum class Kind : std::uint8_t { luma, chroma };

  /// Transforms `plane` and quantises it plainly. Of the plane `width` × `height` samples belong to the picture; what
  /// it has beyond them, else its last ones, fill the blocks. An MCU holds `mcu_columns` × `mcu_rows` of the blocks.
  JpegComponent(Kind kind, const Plane& plane, int width, int height, int mcu_columns, int mcu_rows,
                const std::array<std::uint16_t, 64>& table);

  /// Trellis quantisation of the original coefficients.
  void quantise(const JpegRates& rates);

  /// Of the blocks as they are quantised now, and the empty ones that fill up MCUs.
  const JpegCounts& counts() const { return counts_; }
  JpegBlocks take() { return std::move(blocks_); }

 private:
  void transform(const Plane& plane, Kind kind);
  template <class Visit>
  void in_coding_order(const Visit& visit) const;
  void quantise_plainly();
  void quantise_dc(const JpegRates& rates);
  void count_dc();

  JpegSteps steps_;
  int mcu_columns_;
  int mcu_rows_;
  JpegBlocks blocks_;
  std::vector<std::int16_t> coefficients_;  ///< 64 a block, zigzag, times k_dct_scale
  std::vector<std::int64_t> weights_;       ///< of each block's distortion
  bool nearest_ = true;                     ///< the values are those of plain quantisation
  JpegCounts counts_;
};

}  // namespace thumbs::image
