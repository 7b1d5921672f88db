// Any bytes as a block of metadata, corrected for a thumbnail in every format. The first byte chooses the block: EXIF,
// XMP, XMP's extension, IPTC, Photoshop's resources around it, or a PNG's text chunk; and what is asked for.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "image/codec/png/chunks.h"
#include "image/codec/png/texts.h"
#include "image/metadata/iptc.h"
#include "image/metadata/metadata.h"
#include "image/metadata/orientation.h"
#include "image/metadata/xmp.h"

namespace {

using namespace thumbs;
using Block = std::vector<std::byte>;

void require(bool holds) {
  if (!holds) std::abort();
}

image::MetadataBlocks png_texts(const Block& block) {
  image::MetadataBlocks texts;
  image::PngTexts reader(texts);
  for (const std::uint32_t name :
       {image::png_chunk_name("tEXt"), image::png_chunk_name("zTXt"), image::png_chunk_name("iTXt")})
    reader.take(name, block);
  return texts;
}

image::MetadataBlocks stored_as(unsigned kind, const Block& block) {
  image::MetadataBlocks stored;
  switch (kind) {
    case 0: stored.exif = block; break;
    case 1: stored.xmp = block; break;
    case 2: stored.extended_xmp = stored.xmp = block; break;
    case 3: stored.iptc = block; break;
    case 4: stored.iptc = image::iptc_of_resources(block); break;
    default: stored = png_texts(block);
  }
  return stored;
}

void check(const image::MetadataBlocks& stored, Metadata mode, PictureFormat format) {
  const image::MetadataFacts facts = {
      .format = format, .width = 70000, .height = 60, .reframed = true, .colours = image::ColourClaim::srgb};
  const image::MetadataBlocks kept = image::kept_metadata(stored, mode, facts).blocks;
  require(kept.exif.empty() || image::exif_readable(kept.exif));
  require(image::exif_orientation(kept.exif) == 1);
  require(kept.xmp.empty() || !image::true_xmp(kept.xmp, facts).empty());
  require(kept.iptc.empty() || format == PictureFormat::jpeg);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr unsigned k_kinds = 6;
  constexpr std::array k_formats = {PictureFormat::jpeg, PictureFormat::png, PictureFormat::webp, PictureFormat::avif};
  const auto bytes = std::as_bytes(std::span(data + 1, size - 1));
  const image::MetadataBlocks stored = stored_as(data[0] % k_kinds, Block(bytes.begin(), bytes.end()));
  const unsigned choice = data[0] / k_kinds;
  check(stored, choice % 2 == 0 ? Metadata::all : Metadata::copyright, k_formats.at(choice / 2 % k_formats.size()));
  return 0;
}
