// A WebP file's chunks: its first frame, and metadata and profile. Without libwebp's demuxer, which wants
// the whole file in memory.
#pragma once

#include <cstdint>
#include <vector>

#include "image/codec/codec.h"

namespace thumbs::image {

/// The first frame of a file (its only one unless it is an animation) on its canvas.
struct WebpFile {
  int width = 0;  ///< of the canvas
  int height = 0;
  int frame_x = 0;  ///< the frame's place on the canvas
  int frame_y = 0;
  int frame_width = 0;
  int frame_height = 0;
  bool lossless = false;
  bool frame_alpha = false;
  std::uint64_t data_at = 0;       ///< ALPH and VP8, or VP8L, with their heads: what libwebp decodes
  std::uint64_t data_bytes = 0;    ///< as far as the file goes
  bool ends_early = false;         ///< before its RIFF chunk does, by more than a byte of padding
  std::vector<std::byte> profile;  ///< at most k_most_profile_bytes
  MetadataBlocks metadata;         ///< the first EXIF block that is readable, the first XMP packet

  bool covers_canvas() const { return frame_width == width && frame_height == height; }
};

/// Reads `source` from its start (RFC 9649). Throws Error corrupt or truncated if there is no frame.
WebpFile read_webp(ByteSource& source);

}  // namespace thumbs::image
