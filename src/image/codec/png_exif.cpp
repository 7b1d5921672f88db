// A walk from chunk to chunk (PNG 1.2, section 12.13; the eXIf extension).
#include "image/codec/png_exif.h"

#include <algorithm>
#include <array>
#include <optional>

#include "image/codec/png_chunks.h"
#include "image/exif.h"

namespace thumbs {
namespace {

/// An orientation stands in the first directory; larger blocks are thumbnails and maker notes. Bounds what is held.
constexpr std::size_t k_most_exif_bytes = 1 << 20;

/// The orientation of an eXIf chunk; empty where it is broken.
std::optional<int> read_exif(PngChunks& chunks, const PngChunks::Chunk& chunk) {
  constexpr std::array prefix = {std::byte{'E'}, std::byte{'x'}, std::byte{'i'},
                                 std::byte{'f'}, std::byte{0},   std::byte{0}};
  const auto data = chunks.data(chunk);
  if (!data) return std::nullopt;
  // JPEG's prefix does not belong here, but is found.
  std::span<const std::byte> tiff(*data);
  if (std::ranges::equal(tiff.first(std::min(tiff.size(), prefix.size())), prefix)) tiff = tiff.subspan(prefix.size());
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

}  // namespace thumbs
