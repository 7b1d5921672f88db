// Chunks by name (PNG 3, sections 11.3.3.4 and 11.3.4.5; XMP part 3, section 1.1.5).
#include "image/codec/png_metadata.h"

#include <algorithm>
#include <string_view>

#include "image/codec/png_chunks.h"
#include "image/codec/png_inflate.h"
#include "image/exif.h"

namespace thumbs {
namespace {

using std::string_view_literals::operator""sv;
using Data = std::vector<std::byte>;

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Data exif_of(const Data& chunk) {
  const auto tiff = without_exif_prefix(chunk);
  return exif_readable(tiff) ? Data(tiff.begin(), tiff.end()) : Data{};
}

Data inflated(std::span<const std::byte> stream) {
  Data out(k_most_metadata_bytes + 1);
  out.resize(inflate_into(stream, out));
  return out.size() <= k_most_metadata_bytes ? out : Data{};
}

/// Keyword, 0, compressed, method 0, language, 0, translated keyword, 0, text. Empty for other texts than XMP's packet.
Data xmp_of(const Data& chunk) {
  constexpr std::string_view k_keyword = "XML:com.adobe.xmp\0"sv;
  const std::string_view all = text_of(chunk);
  const std::size_t flags_at = k_keyword.size();
  if (!all.starts_with(k_keyword) || all.size() < flags_at + 2) return {};
  std::size_t at = flags_at + 2;
  for (int strings = 0; strings < 2; ++strings) {
    const std::size_t end = all.find('\0', at);
    if (end == all.npos) return {};
    at = end + 1;
  }
  const auto text = std::span(chunk).subspan(at);
  return chunk[flags_at] != std::byte{0} ? inflated(text) : Data(text.begin(), text.end());
}

}  // namespace

MetadataBlocks png_metadata(ByteSource& source) {
  PngChunks chunks(source);
  MetadataBlocks blocks;
  while (const auto chunk = chunks.next()) {
    if (chunk->name == png_chunk_name("IEND")) break;
    const bool exif = chunk->name == png_chunk_name("eXIf") && blocks.exif.empty();
    const bool xmp = chunk->name == png_chunk_name("iTXt") && blocks.xmp.empty();
    if ((!exif && !xmp) || chunk->length > k_most_metadata_bytes) {
      if (!chunks.skip(*chunk)) break;
      continue;
    }
    auto data = chunks.data(*chunk);
    if (!data) continue;  // a wrong checksum; at the source's end next() finds nothing
    exif ? blocks.exif = exif_of(*data) : blocks.xmp = xmp_of(*data);
  }
  return blocks;
}

}  // namespace thumbs
