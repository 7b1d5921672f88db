// Any bytes as each block of metadata, corrected for a thumbnail in every format, and as text chunks.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "image/codec/png/chunks.h"
#include "image/codec/png/texts.h"
#include "image/metadata/metadata.h"
#include "image/metadata/orientation.h"
#include "image/metadata/xmp.h"

namespace {

using namespace thumbs;

void check(const MetadataBlocks& stored, PictureFormat format) {
  const MetadataFacts facts = {
      .format = format, .width = 70000, .height = 60, .reframed = true, .colours = ColourClaim::srgb};
  const MetadataBlocks kept = kept_metadata(stored, Metadata::all, facts).blocks;
  if (!kept.exif.empty() && !exif_readable(kept.exif)) std::abort();
  if (exif_orientation(kept.exif) != 1) std::abort();
  if (!kept.xmp.empty() && true_xmp(kept.xmp, facts).empty()) std::abort();
  if (format != PictureFormat::jpeg && !kept.iptc.empty()) std::abort();
  const MetadataBlocks owner = kept_metadata(stored, Metadata::copyright, facts).blocks;
  if (!owner.xmp.empty() && true_xmp(owner.xmp, facts).empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const std::vector<std::byte> block(bytes.begin(), bytes.end());
  MetadataBlocks stored = {.exif = block, .xmp = block, .iptc = block};
  stored.extended_xmp = block;
  MetadataBlocks texts;
  PngTexts reader(texts);
  for (const std::uint32_t name : {png_chunk_name("tEXt"), png_chunk_name("zTXt"), png_chunk_name("iTXt")})
    reader.take(name, bytes);
  for (const PictureFormat format : {PictureFormat::jpeg, PictureFormat::png, PictureFormat::webp}) {
    check(stored, format);
    check(texts, format);
  }
  return 0;
}
