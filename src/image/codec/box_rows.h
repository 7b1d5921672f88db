// Shrink-on-load for formats that come by rows: averages boxes of samples as the rows arrive.
#pragma once

#include <cstdint>
#include <vector>

#include "image/codec/boxes/split.h"
#include "image/picture.h"

namespace thumbs::image {

/// Puts rows of interleaved samples into a picture's planes at 1/shrink. Each result is the exact mean of its box,
/// rounded half up; boxes at the right and bottom edge average what is there.
class BoxRows {
 public:
  static constexpr int k_max_shrink = 32768;  ///< sums of a column of 16-bit samples fit 32 bits

  /// The samples up to which a row of `width` pixels of `channels` must be readable.
  static std::size_t padded_samples(std::size_t width, std::size_t channels) {
    return (width + k_split_pixels - 1) / k_split_pixels * k_split_pixels * channels;
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
  static constexpr int k_most_in_16_bits = 256;  ///< sums of a column of 8-bit samples fit

  template <class Sample>
  bool next_row(const Sample* row);
  template <class Sample, class In, class Sum>
  void add_to(std::vector<Sum>& sums, const In* row);
  template <class Sample, class Sum>
  void flush(const std::vector<Sum>& sums);
  void flush_open();

  Picture& picture_;
  std::size_t channels_;
  std::size_t pitch_;  ///< samples from one channel's sums to the next
  int shrink_;
  int rows_ = 0;      ///< taken so far
  int box_rows_ = 0;  ///< of these, in the box that is open
  int out_row_ = 0;
  /// Of the open box's columns. One of the two is used.
  std::vector<std::uint16_t> small_sums_;
  std::vector<std::uint32_t> large_sums_;
  std::vector<std::uint16_t> wide_;  ///< a row of 8-bit samples whose sums are large
};

}  // namespace thumbs::image
