// The entry to JPEG decoding without libjpeg, which is much faster for the files that it knows. What it does not know,
// and whatever is not exactly as T.81 has it, is left to libjpeg. Other code includes this header alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "image/codec/codec.h"
#include "image/codec/cpu_limit.h"
#include "image/codec/jpeg/scans.h"
#include "image/codec/jpeg/support.h"
#include "image/picture.h"

namespace thumbs {

/// What decode_baseline() needs beside the planes.
inline constexpr std::uint64_t k_baseline_memory = 192 << 10;

/// Whether decode_baseline() may know this file: one Huffman-coded scan of up to three components of 8 bits.
bool is_plain_baseline(const jpeg_decompress_struct& header);

/// Decodes the scan of a baseline JPEG once, into the planes of each of `pictures`. They get the samples that libjpeg
/// gives as raw data; their pitches tell their scales. `data` is what follows the scan's header. False where libjpeg
/// must decide what the file is; the planes' content is then of no use. Throws Error too_slow at the `limit`. REQUIRES
/// is_plain_baseline().
bool decode_baseline(const jpeg_decompress_struct& header, std::span<const std::byte> data, std::span<Picture> pictures,
                     const CpuLimit& limit);

/// What decode_dc() needs at its peak, the planes included.
std::uint64_t dc_memory(const jpeg_decompress_struct& header);

/// A progressive JPEG at 1/8 from its DC scans alone (T.81, annex G), where libjpeg keeps 64 numbers a block: one
/// sample for each block of each component, equal to what libjpeg's 1x1 IDCT makes of the whole file, in planes as
/// raw data has them; of `source` from its start. Empty for whatever is not exactly as T.81 has it, or unknown here:
/// libjpeg then decides what it is. Throws Error too_slow at the `limit`, and what the source throws.
/// REQUIRES a Huffman-coded progressive file of which jpeg_read_header was done, and its regular `scans`.
std::optional<std::vector<Plane>> decode_dc(const jpeg_decompress_struct& header, const JpegScans& scans,
                                            ByteSource& source, const CpuLimit& limit);

}  // namespace thumbs
