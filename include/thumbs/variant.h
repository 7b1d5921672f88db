// The settings of one variant: what shapes a thumbnail's pixels and bytes.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "thumbs/export.h"

namespace THUMBS_PUBLIC thumbs {

/// The formats that are read and written. A build may lack webp and avif: unsupported() tells.
enum class PictureFormat : std::uint8_t { jpeg, png, webp, avif };

/// The formats that are read. A build may lack all but jpeg, png and bmp.
enum class SourceFormat : std::uint8_t { jpeg, png, webp, avif, gif, tiff, svg, bmp, heic };
/// What `format: source` makes of it: the same where that is written, else png; jpeg of heic.
constexpr PictureFormat written_as(SourceFormat format) {
  switch (format) {
    case SourceFormat::jpeg:
    case SourceFormat::heic: return PictureFormat::jpeg;
    case SourceFormat::webp: return PictureFormat::webp;
    case SourceFormat::avif: return PictureFormat::avif;
    case SourceFormat::png:
    case SourceFormat::gif:
    case SourceFormat::tiff:
    case SourceFormat::svg:
    case SourceFormat::bmp: break;
  }
  return PictureFormat::png;
}

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
enum class OutputFormat { jpeg, png, webp, avif, source };  ///< source: written_as() of the picture it is made from
/// The same as a PictureFormat; empty for `source`, which only a source can tell.
constexpr std::optional<PictureFormat> picture_format(OutputFormat format) {
  switch (format) {
    case OutputFormat::jpeg: return PictureFormat::jpeg;
    case OutputFormat::png: return PictureFormat::png;
    case OutputFormat::webp: return PictureFormat::webp;
    case OutputFormat::avif: return PictureFormat::avif;
    case OutputFormat::source: break;
  }
  return std::nullopt;
}

enum class ChromaSubsampling { s420, s422, s444 };
enum class Metadata { strip, copyright, all };
enum class ColourMode { srgb, keep };
enum class FailOn { none, truncated, error, warning };

/// An sRGB colour, not premultiplied; 0 to 255 each.
struct Colour {
  std::uint8_t r = 255, g = 255, b = 255, a = 255;
  bool operator==(const Colour&) const = default;
};

/// A point of the upright picture, in percent of its width and height from the top left.
struct Focus {
  double x = 50;
  double y = 50;
  bool operator==(const Focus&) const = default;
};

/// Cuts borders of one colour before the fit.
struct Trim {
  double threshold = 10;  ///< 0 to 100: how far from the border's colour a pixel may be, in CIE76's distance
  double margin = 0;      ///< 0 to 100: what is left of the border, in percent of the shorter side of what is in it
  bool operator==(const Trim&) const = default;
};

/// A picture that is laid over the thumbnail.
struct Watermark {
  std::string file = {};  ///< relative to the manifest's folder; make_thumbnail(): to the current one
  Position position = Position::bottom_right;  ///< not entropy or attention
  double scale = 25;                           ///< above 0, at most 100: its width, in percent of the thumbnail's
  double opacity = 1;                          ///< 0 to 1
  double margin = 5;                           ///< 0 to 50: around it, in percent of the thumbnail's shorter side
  bool operator==(const Watermark&) const = default;
};

/// Where a variant of a normalised manifest comes from; normalised() fills it in.
struct Statement {
  std::string pointer = {};               ///< of the variant in JSON: "/sets/0/variants/1"
  std::string ladder = {};                ///< the name of the ladder that it is a part of; "": of none
  std::optional<std::size_t> width = {};  ///< which of the ladder's `widths`, from 0; empty: it has none
  std::optional<std::size_t> format = {};
  bool operator==(const Statement&) const = default;
};

/// One variant as the manifest states it, `defaults` merged in. What is left as it is here is what a manifest leaves
/// out; an empty optional is filled in by ResolvedVariant. At least one of width and height must be given.
///
/// A ladder is a variant with `widths` (ascending) in place of `width`, `formats` in place of `format`, or both. It
/// stands for one variant for each pair, named NAME-WIDTH where there are widths; `height` is that of the first width
/// and scales with it. normalised() replaces it by those.
struct Variant {
  std::string name = {};           ///< [A-Za-z0-9_-]+; make_thumbnail() needs none
  std::optional<int> width = {};   ///< of the box in pixels, 1 to 65535; empty: what the height makes of it
  std::optional<int> height = {};  ///< likewise
  std::vector<int> widths = {};    ///< of a ladder
  std::optional<Trim> trim = {};
  Fit fit = Fit::inside;
  Position position = Position::center;  ///< of the crop (cover) or of the picture on its background (contain)
  std::optional<Focus> focus = {};       ///< cover alone: the middle of the crop, in place of `position`
  std::optional<Colour> background = {};
  bool without_enlargement = true;
  Kernel kernel = Kernel::lanczos3;
  bool linear = false;  ///< average light, not stored samples
  double sharpen = 0;   ///< sigma in output pixels, 0 (off) to 10
  std::optional<Watermark> watermark = {};
  OutputFormat format = OutputFormat::jpeg;
  std::vector<OutputFormat> formats = {};  ///< of a ladder
  std::optional<int> quality = {};         ///< 1 to 100, of lossy formats
  bool lossless = false;                   ///< webp and avif
  bool progressive = false;                ///< jpeg
  std::optional<ChromaSubsampling> chroma_subsampling = {};
  int compression_level = 6;  ///< zlib's, of png, 0 to 9
  int effort = 4;             ///< time for smaller files, 0 to 9
  bool auto_orient = true;
  Metadata metadata = Metadata::strip;
  ColourMode colour = ColourMode::srgb;
  FailOn fail_on = FailOn::truncated;
  Statement statement = {};
  bool operator==(const Variant&) const = default;
};

/// A variant for one output format, with everything filled in that the format and the fit imply:
///   quality            80; avif 50
///   chromaSubsampling  4:2:0; from quality 90 on 4:4:4
///   background         white; transparent where `contain` pads a format that has alpha
struct ResolvedVariant {
  /// Any Variant::format, `source` too, is replaced by `format`.
  ResolvedVariant(const Variant& variant, PictureFormat format);
  /// For the variant's own format, so that settings which are known to have one may be handed on as they are. Throws
  /// Error `usage` where that is `source`.
  ResolvedVariant(const Variant& variant);  // NOLINT(google-explicit-constructor): implicit, as said

  std::optional<int> width;
  std::optional<int> height;
  std::optional<Trim> trim;
  Fit fit;
  Position position;
  std::optional<Focus> focus;
  Colour background;  ///< opaque where the format is jpeg
  bool without_enlargement;
  Kernel kernel;
  bool linear;
  double sharpen;
  std::optional<Watermark> watermark;
  PictureFormat format;
  int quality;
  bool lossless;
  bool progressive;
  ChromaSubsampling chroma_subsampling;
  int compression_level;
  int effort;
  bool auto_orient;
  Metadata metadata;
  ColourMode colour;
  FailOn fail_on;
};

}  // namespace thumbs
