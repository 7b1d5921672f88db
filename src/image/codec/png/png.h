// The entry to PNG: what the table of formats (formats.h) needs of this folder.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "image/codec/codec.h"

namespace thumbs::image {

/// The format's own limit is int's largest; sizes above it were capped there, so that value itself does not fit.
inline constexpr int k_png_most_side = std::numeric_limits<int>::max() - 1;

std::unique_ptr<Decoder> open_png(ByteSource& source, const Limits& limits);

/// Encodes an upright 8-bit picture (grey or rgb, straight alpha or none) as PNG at settings.compression_level, in the
/// smallest form that loses nothing.
std::vector<std::byte> encode_png(const Picture& picture, const ResolvedVariant& settings,
                                  const Attachments& attachments = {});
double png_encode_memory(double pixels, const ResolvedVariant& settings, bool alpha);
std::string png_library();      ///< which reads
std::string deflate_library();  ///< which inflates and deflates

}  // namespace thumbs::image
