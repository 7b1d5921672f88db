// The table of formats: how each is recognised, read and written. A new format is a row in formats.cpp and a folder
// beside it.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/codec/codec.h"
#include "thumbs/manifest.h"
#include "thumbs/variant.h"

namespace thumbs::image {

/// Which metadata a file of a format can hold beside EXIF and XMP, and how much of those.
struct MetadataSpace {
  static constexpr std::size_t k_any = std::numeric_limits<std::size_t>::max();
  std::size_t most_exif = k_any;  ///< bytes
  std::size_t most_xmp = k_any;   ///< bytes of the first packet; an extension takes more
  bool iptc = false;
  bool texts = false;    ///< with keywords
  bool comment = false;  ///< one text without a keyword
};

/// How a format is written.
struct OutputCodec {
  PictureFormat format;
  std::string_view media_type;
  int most_side;         ///< pixels
  bool alpha = true;     ///< can be transparent
  bool ycbcr = false;    ///< takes YCbCr planes as a decoder gives them; others take grey or RGB
  bool palette = false;  ///< keeps a source's palette
  MetadataSpace metadata = {};
  /// Null where the build lacks the format, as the rest is.
  std::vector<std::byte> (*encode)(const Picture& picture, const ResolvedVariant& settings,
                                   const Attachments& attachments);
  /// An upper estimate of the bytes that `encode` needs at its peak for so many pixels, besides the picture.
  double (*memory)(double pixels, const ResolvedVariant& settings, bool alpha);
  std::string (*library)();  ///< with its version: "libjpeg-turbo 2.1.5"
};

struct Format {
  FileFormat id;
  std::string_view key;                                ///< in the cache's records, "jpeg"
  std::string_view name;                               ///< for people, "JPEG"
  std::array<std::string_view, 4> magic = {};          ///< a file begins with one of these; empty ones are unused
  bool (*recognise)(std::string_view head) = nullptr;  ///< instead of `magic`, for formats with more complicated rules
  /// Null if this build does not read the format.
  std::unique_ptr<Decoder> (*open)(ByteSource& source, const Limits& limits) = nullptr;
  bool optional = false;  ///< an option of the build may leave it out
  /// That reads the format, with its version, where it is not the output's; null: none.
  std::string (*library)() = nullptr;
  std::optional<OutputCodec> output = std::nullopt;

  /// Whether this build was made without the format.
  bool left_out() const { return optional && open == nullptr; }
};

const Format& format_of(FileFormat id);

/// That is written as `format`, whether or not this build can do it. Throws Error unsupported for `source`, which is
/// none.
const Format& format_of(PictureFormat format);

/// Throws Error unsupported where this build does not write `format`.
const OutputCodec& codec_of(PictureFormat format);

}  // namespace thumbs::image
