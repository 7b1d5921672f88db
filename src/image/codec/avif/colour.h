// From AV1's planes to ours: which way a picture goes, sample tables, and rows of RGB by H.273's equations.
#pragma once

#include <avif/avif.h>

#include <cstdint>
#include <vector>

#include "image/picture.h"

namespace thumbs::image {

/// How the colours of a decoded picture reach our planes: monochrome as grey; full- and limited-range BT.601 with
/// centred chroma as the ycbcr of JPEG, plane by plane; all else as rgb. With alpha: grey or rgb.
ColourModel avif_model(const avifImage& image, bool alpha);

/// Whether H.273's matrix is one that avif_rows() knows. Monochrome needs none.
bool avif_matrix_known(const avifImage& image);

/// Rows of a decoded picture as interleaved 16-bit samples of the full range: grey or RGB, then premultiplied alpha
/// where there is any. Chroma is interpolated linearly from its position (centred if the file does not say).
class AvifRows {
 public:
  /// `image` must outlive the rows. REQUIRES avif_matrix_known().
  explicit AvifRows(const avifImage& image);

  std::size_t channels() const { return channels_; }
  /// Row y; `out` has room for width × channels() samples.
  void read(int y, std::uint16_t* out);

 private:
  struct Axis {
    bool halved = false;
    bool at_pixel = false;  ///< chroma lies on every other pixel, not between two
    int size = 0;
  };
  struct Place {
    int first, second, weight;  ///< of the second, in quarters
  };
  static Place place(const Axis& axis, int at);
  int sample(const std::uint8_t* row, int x) const;
  const std::uint8_t* row_of(int channel, int y) const;
  void blend_chroma(int y);
  void read_colours(int y, std::uint16_t* out) const;
  void read_alpha(int y, std::uint16_t* out) const;

  const avifImage& image_;
  std::size_t channels_;
  Axis across_, down_;
  std::int64_t zero_[3];        ///< the zero of each plane's samples; chroma's in sixteenths
  std::int64_t factors_[3][3];  ///< of Y, U, V in R, G, B, with k_bits fractional bits
  std::vector<int> chroma_[2];  ///< a row of U and V, blended down, in quarters
};

}  // namespace thumbs::image
