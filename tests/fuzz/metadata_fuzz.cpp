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

void check(const image::MetadataBlocks& stored, PictureFormat format) {
  const image::MetadataFacts facts = {
      .format = format, .width = 70000, .height = 60, .reframed = true, .colours = image::ColourClaim::srgb};
  const image::MetadataBlocks kept = image::kept_metadata(stored, Metadata::all, facts).blocks;
  if (!kept.exif.empty() && !image::exif_readable(kept.exif)) std::abort();
  if (image::exif_orientation(kept.exif) != 1) std::abort();
  if (!kept.xmp.empty() && image::true_xmp(kept.xmp, facts).empty()) std::abort();
  if (format != PictureFormat::jpeg && !kept.iptc.empty()) std::abort();
  const image::MetadataBlocks owner = image::kept_metadata(stored, Metadata::copyright, facts).blocks;
  if (!owner.xmp.empty() && image::true_xmp(owner.xmp, facts).empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const std::vector<std::byte> block(bytes.begin(), bytes.end());
  image::MetadataBlocks stored = {.exif = block, .xmp = block, .iptc = block};
  stored.extended_xmp = block;
  image::MetadataBlocks texts;
  image::PngTexts reader(texts);
  for (const std::uint32_t name :
       {image::png_chunk_name("tEXt"), image::png_chunk_name("zTXt"), image::png_chunk_name("iTXt")})
    reader.take(name, bytes);
  for (const PictureFormat format : {PictureFormat::jpeg, PictureFormat::png, PictureFormat::webp}) {
    check(stored, format);
    check(texts, format);
  }
  return 0;
}
