// Colour management: conversions to sRGB from ICC profiles and colour encodings (lcms2, perceptual intent; PQ and HLG:
// hdr.h).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "image/colour/colour_space.h"
#include "image/picture.h"

namespace thumbs::image {

/// One conversion to sRGB, for one colour model and depth. Many threads may use it at once.
class ToSrgb {
 public:
  virtual ~ToSrgb() = default;

  /// Converts in place. REQUIRES what the conversion was made for (ycbcr as rgb) and planes of pitch 1. cmyk
  /// becomes rgb; grey stays one channel, with sRGB's curve. Alpha is kept; premultiplied colour is converted straight.
  virtual void apply(Picture& picture) const = 0;
};

struct Conversion {
  std::shared_ptr<const ToSrgb> to_srgb;  ///< null if there is nothing to convert
  std::string warning;                    ///< why what the file says is ignored, or empty
};

/// Converts samples of `bits` (8 or 16; cmyk: 8) to sRGB. Null if they are sRGB already, i.e. no test colour would move
/// by more than 1 of 255. Ignores a profile that is broken, not meant for pictures, or of another colour model, with a
/// warning; the encoding is used then, or for cmyk the model of printed ink (ink_model.h). The last few conversions are
/// kept, by the profile's bytes. Thread-safe.
Conversion conversion_to_srgb(const ColourSpace& colours, ColourModel model, int bits);

/// The profile to embed in a picture whose colours are kept (model not cmyk): the source's own if it fits, else one
/// made from the encoding, with the same bytes each time. Empty for sRGB without a profile, and for encodings that a
/// profile cannot describe (PQ, HLG).
std::vector<std::byte> profile_to_keep(const ColourSpace& colours, ColourModel model);

/// The profile of converted colours: sRGB, or grey with sRGB's curve. The same bytes each time.
std::vector<std::byte> srgb_profile(ColourModel model);

/// The colour library with its version, e.g. "lcms 2.14".
std::string colour_library();

}  // namespace thumbs::image
