// One picture, from memory to memory: no manifest, no files, no cache.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "thumbs/error.h"
#include "thumbs/export.h"
#include "thumbs/manifest.h"
#include "thumbs/variant.h"

namespace THUMBS_PUBLIC thumbs {

/// What a picture's header says.
struct PictureInfo {
  SourceFormat format = SourceFormat::jpeg;
  int stored_width = 0;  ///< pixels, as the file has them
  int stored_height = 0;
  int orientation = 1;  ///< EXIF's, 1 to 8; 1 where there is none, or none that makes sense
  int width = 0;        ///< upright: turned as `orientation` says
  int height = 0;
  bool has_alpha = false;
  bool is_grey = false;
  int bits = 8;              ///< a channel: 8, or 16 where more than 8 are stored
  bool progressive = false;  ///< a JPEG of several scans, an interlaced PNG
  bool has_profile = false;  ///< an ICC profile is embedded; whether it is of any use only a conversion tells
  bool is_animated = false;  ///< more than one picture is in it; thumbnails are made from the first
  bool operator==(const PictureInfo&) const = default;
};

/// A finished thumbnail.
struct Thumbnail {
  std::vector<std::byte> bytes = {};  ///< a whole file of `format`
  int width = 0;                      ///< pixels
  int height = 0;
  /// For people: what is wrong with a picture that was made from all the same (see Variant::fail_on), and what of its
  /// metadata is left out. Each once.
  std::vector<std::string> warnings = {};
  PictureFormat format = PictureFormat::jpeg;
  PictureInfo source = {};  ///< of the picture that it was made from
};

/// Reads the header of a picture (a file in memory, of a format in SourceFormat), decodes no pixels. Throws Error as
/// make_thumbnail() does; what is wrong behind the header is not seen.
PictureInfo inspect(std::span<const std::byte> picture, const Limits& limits = {});

/// Makes one thumbnail of a picture (a file in memory, of a format in SourceFormat): the very bytes that a build writes
/// for that file and that variant. `variant.name` may be empty.
///
/// Throws Error and nothing else, with a stage ("read", "decode", "resize", "encode") but no path:
///   usage                      a setting of the variant is out of its range
///   not_a_picture, unsupported, corrupt, truncated
///                              the picture, or the formats of this build, will not do
///   too_large, memory, too_slow
///                              one of `limits`: pixels or bytes of the picture, bytes of memory that the work may
///                              need (empty: three quarters of what this process may use), seconds of CPU time, once
///                              for decoding and resizing and encoding together; or what the output's format can hold
///   interrupted                `stop`, where given, became true: set it from any thread or a signal handler
///
/// May be called from any number of threads at once. It works in the calling thread alone, but AVIF and lossless WebP
/// are encoded in a forked process, so that `limits` and `stop` can end it: SIGCHLD must not be ignored. Each thread
/// that called keeps up to 24 MiB of memory for its next picture until it ends.
Thumbnail make_thumbnail(std::span<const std::byte> picture, const Variant& variant, const Limits& limits = {},
                         const std::atomic<bool>* stop = nullptr);

}  // namespace thumbs
