// Shrink-on-load for formats that come by rows: averages boxes of samples as the rows arrive.
#pragma once

#include <cstdint>
#include <vector>

#include "image/picture.h"

namespace thumbs::image {

/// Puts rows of interleaved samples into a picture's planes at 1/shrink. Each result is the exact mean of its box,
/// rounded half up; boxes at the right and bottom edge average what is there.
class BoxRows {
 public:
  static constexpr int k_max_shrink = 32768;  ///< sums of a column of 16-bit samples fit 32 bits
  /// Rows given to add() must be readable up to a multiple of so many samples.
  static constexpr std::size_t k_block = 16;

  /// The samples that a row buffer must have for `width` pixels of `channels`.
  static std::size_t padded_samples(std::size_t width, std::size_t channels) {
    return (width * channels + k_block - 1) / k_block * k_block;
  }

  /// Allocates the planes of `picture`, whose size, model and alpha are set. REQUIRES 1 <= shrink <= k_max_shrink.
  BoxRows(Picture& picture, int bytes_per_sample, int shrink);

  /// Takes the next row; the samples are of the planes' depth. Neither throws nor allocates.
  void add(const std::uint8_t* row);
  void add(const std::uint16_t* row);

  /// The next row is the picture's first again. REQUIRES that all rows came, or finish().
  void restart() { rows_ = out_row_ = 0; }

  /// After the last row: where rows are missing, the box that was begun is closed and the rest becomes 0.
  void finish();

 private:
  template <class Sample>
  void take(const Sample* row);
  template <class Sample>
  void copy(const Sample* row);
  template <class Sample>
  void flush();
  template <class Sample>
  void clear_rest();

  Picture& picture_;
  std::size_t channels_;
  int shrink_;
  int rows_ = 0;      ///< taken so far
  int box_rows_ = 0;  ///< of these, in the box that is open
  int out_row_ = 0;
  std::vector<std::uint32_t> sums_;  ///< of the open box's columns, interleaved
};

}  // namespace thumbs::image
