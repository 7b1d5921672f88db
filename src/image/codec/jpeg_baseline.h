// A baseline JPEG in memory without libjpeg's entropy decoder, which takes most of its time. What it does not know, and
// whatever is not exactly as T.81 has it, is left to libjpeg.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "image/codec/cpu_limit.h"
#include "image/codec/jpeg_support.h"
#include "image/picture.h"

namespace thumbs {

/// What decode_baseline() needs beside the planes.
inline constexpr std::uint64_t k_baseline_memory = 192 << 10;

/// Whether decode_baseline() may know this file: one Huffman-coded scan of up to three components of 8 bits.
bool is_plain_baseline(const jpeg_decompress_struct& header);

/// Decodes the scan once, into the planes of each of `pictures`. They are as libjpeg fills them with raw data, the same
/// samples; their pitches tell their scales. `data` is what follows the scan's header. False where libjpeg must say
/// what the file is; the planes' content is then of no use. Throws Error too_slow at the `limit`. REQUIRES
/// is_plain_baseline().
bool decode_baseline(const jpeg_decompress_struct& header, std::span<const std::byte> data, std::span<Picture> pictures,
                     const CpuLimit& limit);

}  // namespace thumbs
