// The texts of the first directory become IFD0 of an EXIF block.
#include "image/codec/tiff/metadata.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "image/bytes.h"
#include "image/metadata/iptc.h"
#include "image/metadata/tiff.h"

namespace thumbs::image {
namespace {

constexpr std::array<std::uint32_t, 7> k_texts = {TIFFTAG_IMAGEDESCRIPTION, TIFFTAG_MAKE,     TIFFTAG_MODEL,
                                                  TIFFTAG_SOFTWARE,         TIFFTAG_DATETIME, TIFFTAG_ARTIST,
                                                  TIFFTAG_COPYRIGHT};

/// In the order of their tags.
std::vector<std::pair<std::uint32_t, std::string>> texts_of_tiff(const TiffSession& session) {
  std::vector<std::pair<std::uint32_t, std::string>> texts;
  for (const std::uint32_t tag : k_texts) {
    const char* text = nullptr;
    if (TIFFGetField(session.tiff(), tag, &text) != 1 || text == nullptr || *text == '\0') continue;
    const std::string_view all(text);
    if (all.size() < k_most_metadata_bytes / k_texts.size()) texts.emplace_back(tag, all);
  }
  return texts;
}

std::vector<std::byte> exif_of_texts(const std::vector<std::pair<std::uint32_t, std::string>>& texts) {
  constexpr std::size_t k_inline = 4;
  if (texts.empty()) return {};
  const std::size_t directory = 8, entries = directory + 2;
  std::vector<std::byte> block(entries + texts.size() * TiffDirectory::k_entry_bytes + 4);
  const auto put = [&](std::size_t at, std::size_t bytes, std::uint32_t value) {
    put_tiff(std::span(block).subspan(at, bytes), value, true);
  };
  std::memcpy(block.data(), "II*\0\x08\0\0\0", 8);
  put(directory, 2, static_cast<std::uint32_t>(texts.size()));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto& [tag, text] = texts[i];
    const std::size_t at = entries + i * TiffDirectory::k_entry_bytes, count = text.size() + 1;
    put(at, 2, tag);
    put(at + 2, 2, k_tiff_ascii);
    put(at + 4, 4, static_cast<std::uint32_t>(count));
    std::size_t value_at = at + 8;
    if (count > k_inline) {
      value_at = block.size();
      put(at + 8, 4, static_cast<std::uint32_t>(value_at));
      block.resize(value_at + count + count % 2);
    }
    std::memcpy(block.data() + value_at, text.c_str(), count);
  }
  return block;
}

}  // namespace

MetadataBlocks tiff_metadata(const TiffSession& session) {
  MetadataBlocks blocks;
  const auto field = [&](std::uint32_t tag, const char* what) {
    const std::span<const std::byte> bytes = session.bytes_of_field(tag);
    if (bytes.size() <= k_most_metadata_bytes) return bytes;
    blocks.note(too_large_note(what, bytes.size()));
    return std::span<const std::byte>{};
  };
  blocks.exif = exif_of_texts(texts_of_tiff(session));
  const auto xmp = field(TIFFTAG_XMLPACKET, "XMP");
  blocks.xmp.assign(xmp.begin(), xmp.end());
  const auto resources = field(TIFFTAG_PHOTOSHOP, "Photoshop's data");
  blocks.iptc = iptc_of_resources({resources.begin(), resources.end()});
  return blocks;
}

}  // namespace thumbs::image
