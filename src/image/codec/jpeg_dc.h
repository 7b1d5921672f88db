// A progressive JPEG at 1/8 from its DC scans alone (T.81, annex G): one number for each block, where libjpeg keeps 64.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "image/codec/codec.h"
#include "image/codec/cpu_limit.h"
#include "image/codec/jpeg_scans.h"
#include "image/codec/jpeg_support.h"

namespace thumbs {

/// What decode_dc() needs at its peak, the planes included.
std::uint64_t dc_memory(const jpeg_decompress_struct& header);

/// One sample for each block of each component, equal to what libjpeg's 1x1 IDCT makes of the whole file, in planes as
/// raw data has them; of `source` from its start. Empty for whatever is not exactly as T.81 has it, or unknown here:
/// libjpeg then says what it is. Throws Error too_slow at the `limit`, and what the source throws.
/// REQUIRES a Huffman-coded progressive file of which jpeg_read_header was done, and its regular `scans`.
std::optional<std::vector<Plane>> decode_dc(const jpeg_decompress_struct& header, const JpegScans& scans,
                                            ByteSource& source, const CpuLimit& limit);

}  // namespace thumbs
