// Colour management: conversions to sRGB from ICC profiles and colour encodings (lcms2, perceptual intent; PQ and HLG:
// hdr.h).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "image/colour/colour_space.h"
#include "image/picture.h"

namespace thumbs {

/// One conversion to sRGB, made for a colour model and a depth. Any thread, many at a time.
class ToSrgb {
 public:
  virtual ~ToSrgb() = default;

  /// Converts in place. REQUIRES what the conversion was made for (ycbcr as rgb) and planes of pitch 1. cmyk
  /// becomes rgb; grey stays one channel, with sRGB's curve. Alpha is kept; premultiplied colour is converted straight.
  virtual void apply(Picture& picture) const = 0;
};

struct Conversion {
  std::shared_ptr<const ToSrgb> to_srgb;  ///< null: there is nothing to convert
  std::string warning;                    ///< why what the file says is ignored; empty where it is not
};

/// What turns samples of `bits` (8 or 16; cmyk: 8) into sRGB. None for what is sRGB already: where no sample colour
/// would move by more than 1 of 255. A profile that is broken, no profile of pictures, or of another colour model is
/// ignored, with a warning; then the encoding counts, or for cmyk the model of printed ink (ink_model.h). The last few
/// conversions are kept, by the profile's bytes. Any thread.
Conversion conversion_to_srgb(const ColourSpace& colours, ColourModel model, int bits);

/// The profile that describes a picture whose colours are kept (model not cmyk): its own where that fits, as embedded;
/// else one made of its encoding, the same bytes each time. Empty for sRGB without a profile, and for encodings that
/// no profile stands for (PQ, HLG).
std::vector<std::byte> profile_to_keep(const ColourSpace& colours, ColourModel model);

/// A profile for colours that were converted: sRGB, or grey with sRGB's curve. The same bytes each time.
std::vector<std::byte> srgb_profile(ColourModel model);

/// The library behind it with its version, e.g. "lcms 2.14".
std::string colour_library();

}  // namespace thumbs
