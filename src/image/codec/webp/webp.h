// The entry to WebP: what the table of formats (formats.h) needs of this folder. Its functions exist only where the
// build has WebP.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "image/codec/codec.h"

namespace thumbs::image {

inline constexpr int k_webp_most_side = 16383;  ///< VP8's and VP8L's 14 bits

std::unique_ptr<Decoder> open_webp(ByteSource& source, const Limits& limits);

/// Encodes an upright 8-bit picture (grey or rgb, straight alpha or none) as WebP: settings.quality and settings.effort
/// (0 to 6; above is 6) by our own encoder (vp8/frame.h), with alpha by libwebp (effort is its method); or
/// settings.lossless, where settings.effort is libwebp's level and the colour of fully transparent pixels is not kept.
/// Throws Error too_large over k_webp_most_side pixels on a side.
std::vector<std::byte> encode_webp(const Picture& picture, const ResolvedVariant& settings,
                                   const Attachments& attachments = {});
double webp_encode_memory(double pixels, const ResolvedVariant& settings, bool alpha);
std::string webp_library();

}  // namespace thumbs::image
