// From rows of interleaved samples to planes: alpha premultiplied, boxes averaged; all of a picture, or strip by strip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "image/codec/box_rows.h"
#include "image/codec/row_sink.h"
#include "image/picture.h"

namespace thumbs::image {

/// Rows as a format's reader hands them out.
struct RowFormat {
  std::size_t width = 0;
  std::size_t channels = 0;
  bool deep = false;           ///< 16 bits a sample
  bool alpha = false;          ///< the last channel
  bool premultiplied = false;  ///< colours were multiplied by alpha already

  std::size_t samples() const { return width * channels; }
  std::size_t padded() const { return BoxRows::padded_samples(width, channels); }
  std::size_t bytes() const { return padded() * (deep ? 2 : 1); }
  int sample_bytes() const { return alpha || deep ? 2 : 1; }  ///< of the planes
};

/// Hands rows on to the boxes.
class RowTaker {
 public:
  RowTaker(Picture& picture, const RowFormat& format, int shrink);

  void add(const std::byte* row);
  void finish() { boxes_.finish(); }
  void restart() { boxes_.restart(); }

 private:
  RowFormat format_;
  BoxRows boxes_;
  std::vector<std::uint16_t> wide_;
};

/// Hands on each row of boxes once it is full; one memory serves them all.
class RowStrips {
 public:
  /// `frame` has the picture's size and model, and no planes.
  RowStrips(const Picture& frame, const RowFormat& format, int shrink, RowSink& sink);

  void add(const std::byte* row) {
    taker_.add(row);
    if (++rows_ == shrink_) hand_on();
  }
  /// What is missing becomes 0.
  void finish() {
    while (left_ > 0) hand_on();
  }

 private:
  void hand_on();

  int shrink_;
  int left_;      ///< rows of boxes
  int rows_ = 0;  ///< in the open row of boxes
  RowSink& sink_;
  Picture strip_;
  RowTaker taker_;
};

}  // namespace thumbs::image
