// Chunks by name (PNG 3, sections 11.3.3 and 11.3.4.5).
#include "image/codec/png/metadata.h"

#include "image/codec/png/chunks.h"
#include "image/codec/png/texts.h"
#include "image/metadata/orientation.h"

namespace thumbs::image {
namespace {

/// A raw profile, which spells its bytes as digits, need not be compressed.
constexpr std::size_t k_most_text_chunk_bytes = 2 * k_most_metadata_bytes + k_most_metadata_bytes / 8;

/// An eXIf chunk takes precedence over a raw profile.
bool take_exif(const std::vector<std::byte>& chunk, MetadataBlocks& blocks) {
  const auto tiff = without_exif_prefix(chunk);
  const bool readable = exif_readable(tiff);
  if (readable)
    blocks.exif.assign(tiff.begin(), tiff.end());
  else
    blocks.note(broken_note("EXIF", chunk.size()));
  return readable;
}

}  // namespace

MetadataBlocks png_metadata(ByteSource& source) {
  PngChunks chunks(source);
  MetadataBlocks blocks;
  PngTexts texts(blocks);
  bool exif_found = false;
  while (const auto chunk = chunks.next()) {
    if (chunk->name == png_chunk_name("IEND")) break;
    const bool text = is_png_text(chunk->name), exif = chunk->name == png_chunk_name("eXIf") && !exif_found;
    const bool fits = chunk->length <= (text ? k_most_text_chunk_bytes : k_most_metadata_bytes);
    if ((text || exif) && !fits) blocks.note(too_large_note(text ? "a text chunk" : "EXIF", chunk->length));
    if ((!text && !exif) || !fits) {
      if (!chunks.skip(*chunk)) break;
      continue;
    }
    const auto data = chunks.data(*chunk);
    if (!data) continue;  // a wrong checksum; at the source's end next() finds nothing
    text ? texts.take(chunk->name, *data) : void(exif_found = take_exif(*data, blocks));
  }
  return blocks;
}

}  // namespace thumbs::image
