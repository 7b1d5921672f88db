// The entry to AVIF: what the table of formats (formats.h) needs of this folder. Its functions exist only where the
// build has AVIF.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "image/codec/codec.h"

namespace thumbs::image {

inline constexpr int k_avif_most_side = 65535;

std::unique_ptr<Decoder> open_avif(ByteSource& source, const Limits& limits);

/// Encodes an upright 8-bit picture (grey or rgb, straight alpha or none) as AVIF, full-range BT.601 (grey:
/// monochrome): settings.quality as libheif maps it to libaom's quantiser (libvips does so), settings.effort
/// (effort.h), settings.chroma_subsampling; or settings.lossless (RGB as it is, 4:4:4). Tagged as sRGB where there is
/// no profile. Throws Error too_large over k_avif_most_side pixels on a side.
std::vector<std::byte> encode_avif(const Picture& picture, const ResolvedVariant& settings,
                                   const Attachments& attachments = {});
double avif_encode_memory(double pixels, const ResolvedVariant& settings, bool alpha);
std::string avif_library();

}  // namespace thumbs::image
