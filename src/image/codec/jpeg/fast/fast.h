// JPEG decoding without libjpeg, much faster for common files. Files that are unusual or not exactly by T.81 are left
// to libjpeg. Code outside of this folder includes only this header.
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

namespace thumbs::image {

/// What decode_baseline() needs beside the planes.
inline constexpr std::uint64_t k_baseline_memory = 192 << 10;

/// Whether decode_baseline() can be tried: one Huffman-coded scan of up to three components of 8 bits.
bool is_plain_baseline(const jpeg_decompress_struct& header);

/// Decodes the scan of a baseline JPEG once, into the planes of each of `pictures`. They get the same samples
/// as libjpeg's raw data, each at the scale of its pitches. `data` is what follows the scan's header. False if the file
/// is not one for this decoder; the planes' content is then undefined, and libjpeg must decode it. Throws Error
/// too_slow at the `limit`. REQUIRES is_plain_baseline().
bool decode_baseline(const jpeg_decompress_struct& header, std::span<const std::byte> data, std::span<Picture> pictures,
                     const CpuLimit& limit);

/// What decode_dc() needs at its peak, the planes included.
std::uint64_t dc_memory(const jpeg_decompress_struct& header);

/// A progressive JPEG at 1/8 from its DC scans alone (T.81, annex G), where libjpeg keeps 64 numbers a block: one
/// sample for each block of each component, equal to libjpeg's 1x1 IDCT of the whole file, in planes like
/// libjpeg's raw data. Reads `source` from its start. Empty if the file is not one for this decoder: libjpeg must
/// decode it then. Throws Error too_slow at the `limit`, and what the source throws. REQUIRES a Huffman-coded
/// progressive file after jpeg_read_header, and its regular `scans`.
std::optional<std::vector<Plane>> decode_dc(const jpeg_decompress_struct& header, const JpegScans& scans,
                                            ByteSource& source, const CpuLimit& limit);

}  // namespace thumbs::image
