// A walk from chunk to chunk (PNG 1.2, section 12.13; the eXIf extension).
#include "image/codec/png/exif.h"

#include <optional>

#include "image/codec/png/chunks.h"
#include "image/metadata/orientation.h"

namespace thumbs::image {
namespace {

/// The orientation is in the first directory; larger blocks hold thumbnails and maker notes. Limits memory.
constexpr std::size_t k_most_exif_bytes = 1 << 20;

/// The orientation of an eXIf chunk; empty if the chunk is broken.
std::optional<int> read_exif(PngChunks& chunks, const PngChunks::Chunk& chunk) {
  const auto data = chunks.data(chunk);
  if (!data) return std::nullopt;
  const auto tiff = without_exif_prefix(*data);
  if (!exif_readable(tiff)) return std::nullopt;
  return exif_orientation(tiff);
}

}  // namespace

int png_orientation(ByteSource& source) {
  PngChunks chunks(source);
  while (const auto chunk = chunks.next()) {
    if (chunk->name == png_chunk_name("IEND")) return 1;
    if (chunk->name == png_chunk_name("eXIf") && chunk->length <= k_most_exif_bytes) {
      if (const auto orientation = read_exif(chunks, *chunk)) return *orientation;
    } else if (!chunks.skip(*chunk)) {
      return 1;
    }
  }
  return 1;
}

}  // namespace thumbs::image
