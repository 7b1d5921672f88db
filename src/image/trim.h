// Finds the borders of a picture that `trim` cuts off.
#pragma once

#include <optional>

#include "image/codec/codec.h"
#include "image/geometry.h"
#include "image/picture.h"
#include "thumbs/variant.h"

namespace thumbs::image {

/// How small a picture is decoded to look for its borders: not below half a megapixel for JPEG, where more
/// costs time, and about two to four for others, where it costs memory alone. Follows from the header alone.
Scale border_scale(const Decoder& decoder);

/// An upper estimate of the bytes that a BorderSearch needs beside the picture.
std::uint64_t border_memory(const Header& header, Scale scale);

/// A picture, decoded at border_scale(), in which borders are looked for.
class BorderSearch {
 public:
  /// `header` is that of the picture.
  BorderSearch(Picture picture, const Header& header);

  /// What the borders leave, in whole stored pixels of the full-size picture; all of it where every pixel is of the
  /// border's colour.
  ///
  /// The border's colour is that of the corner which most other corners are like, the first of equals from the top
  /// left. A row or column belongs to the border if each of its pixels is like that colour: at most `threshold` away in
  /// CIE76's distance, of the stored values taken as sRGB (inks: converted). Colours are premultiplied and alpha is a
  /// fourth coordinate, in percent: transparent pixels are alike, whatever their colour.
  Region content(double threshold) const;

 private:
  Picture picture_;
  Size stored_;
  Size samples_;  ///< of the picture's first plane, without padding
  double pitch_x_;
  double pitch_y_;
};

/// `content` with trim.margin percent of its shorter side around it, as far as the picture reaches.
Region with_margin(const Region& content, Size stored, const Trim& trim);

}  // namespace thumbs::image
