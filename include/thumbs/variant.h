// The settings of one variant: what shapes a thumbnail's pixels and bytes.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "thumbs/export.h"

namespace THUMBS_PUBLIC thumbs {

enum class Fit { inside, outside, cover, contain, fill };
enum class Position {
  center,
  top,
  bottom,
  left,
  right,
  top_left,
  top_right,
  bottom_left,
  bottom_right,
  entropy,
  attention,
};
enum class Kernel { nearest, box, linear, cubic, mitchell, lanczos2, lanczos3 };
enum class OutputFormat { jpeg, png, webp, avif, source };
enum class ChromaSubsampling { s420, s422, s444 };
enum class Metadata { strip, copyright, all };
enum class ColourMode { srgb, keep };
enum class FailOn { none, truncated, error, warning };

/// An sRGB colour, not premultiplied; 0 to 255 each.
struct Colour {
  std::uint8_t r = 255, g = 255, b = 255, a = 255;
  bool operator==(const Colour&) const = default;
};

/// One variant as the manifest states it, `defaults` merged in. An empty optional means "not given";
/// resolve() in manifest/recipe.h turns those into what the format and the fit imply.
struct Variant {
  std::string name;          ///< [A-Za-z0-9_-]+
  std::optional<int> width;  ///< of the box, 1 to 65535
  std::optional<int> height;
  Fit fit = Fit::inside;
  Position position = Position::center;
  std::optional<Colour> background;
  bool without_enlargement = true;
  Kernel kernel = Kernel::lanczos3;
  bool linear = false;
  double sharpen = 0;  ///< sigma in output pixels, 0 (off) to 10
  OutputFormat format = OutputFormat::jpeg;
  std::optional<int> quality;  ///< 1 to 100
  bool lossless = false;
  bool progressive = false;
  std::optional<ChromaSubsampling> chroma_subsampling;
  int compression_level = 6;  ///< zlib's, 0 to 9
  int effort = 4;             ///< 0 to 9
  bool auto_orient = true;
  Metadata metadata = Metadata::strip;
  ColourMode colour = ColourMode::srgb;
  FailOn fail_on = FailOn::truncated;
};

}  // namespace thumbs
