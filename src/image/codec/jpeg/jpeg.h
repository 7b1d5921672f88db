// The entry to JPEG: what the table of formats (formats.h) needs of this folder.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "image/codec/codec.h"

namespace thumbs::image {

inline constexpr int k_jpeg_most_side = 65500;              ///< libjpeg's JPEG_MAX_DIMENSION
inline constexpr std::size_t k_jpeg_most_exif = 65533 - 6;  ///< bytes of a segment behind "Exif\0\0"
inline constexpr std::size_t k_jpeg_most_xmp = 65533 - 29;  ///< behind XMP's name

std::unique_ptr<Decoder> open_jpeg(ByteSource& source, const Limits& limits);

/// Encodes an upright 8-bit picture (grey, ycbcr with pitches of 1 or 2, or rgb; no alpha) as JPEG. ycbcr planes go in
/// raw: their pitches are the subsampling. rgb is converted, subsampled as settings.chroma_subsampling says. Throws
/// Error too_large over k_jpeg_most_side pixels on a side.
std::vector<std::byte> encode_jpeg(const Picture& picture, const ResolvedVariant& settings,
                                   const Attachments& attachments = {});
double jpeg_encode_memory(double pixels, const ResolvedVariant& settings, bool alpha);
std::string jpeg_library();

}  // namespace thumbs::image
