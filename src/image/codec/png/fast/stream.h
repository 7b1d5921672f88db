// A PNG's chunks from the first IDAT to IEND → filtered rows.
#pragma once

#include <optional>

#include "image/codec/png/fast/fast.h"
#include "support/buffer.h"

namespace thumbs::image {

/// So many bytes behind the rows may be read, whatever they hold.
inline constexpr std::size_t k_png_slack = 32;

/// A filter's number and row_bytes() for each row. Empty unless every byte is as it should be: checksums, zlib's
/// stream, its length, the filters' numbers, and the chunks behind.
std::optional<Buffer> filtered_rows(ByteSource& source, const PngLayout& layout);

}  // namespace thumbs::image
