// Segments by their first bytes (Exif 2.32, section 4.7; XMP part 3, section 1.1.3; Photoshop file formats, APP13).
#include "image/codec/jpeg_metadata.h"

#include <algorithm>
#include <string_view>

#include "image/codec/jpeg_markers.h"
#include "image/exif.h"
#include "image/metadata/iptc.h"

namespace thumbs {
namespace {

using std::string_view_literals::operator""sv;

constexpr int k_app1 = 0xE1;
constexpr int k_app13 = 0xED;
constexpr std::string_view k_exif_prefix = "Exif\0\0"sv;
constexpr std::string_view k_xmp_prefix = "http://ns.adobe.com/xap/1.0/\0"sv;
constexpr std::string_view k_photoshop_prefix = "Photoshop 3.0\0"sv;

/// What follows `prefix`; empty where the segment begins otherwise.
std::span<const std::byte> behind(std::span<const std::byte> segment, std::string_view prefix) {
  const std::string_view text(reinterpret_cast<const char*>(segment.data()), segment.size());
  return text.starts_with(prefix) ? segment.subspan(prefix.size()) : std::span<const std::byte>{};
}

void keep(std::span<const std::byte> bytes, std::vector<std::byte>& in) { in.assign(bytes.begin(), bytes.end()); }

}  // namespace

MetadataBlocks jpeg_metadata(ByteSource& source) {
  JpegMarkers bytes(source);
  MetadataBlocks blocks;
  std::vector<std::byte> resources;  // a large one continues in the next segment
  for (;;) {
    const int marker = bytes.next_marker();
    if (marker == k_jpeg_end || marker == k_jpeg_eoi || marker == k_jpeg_sos) break;
    if (!has_jpeg_segment(marker)) continue;
    const int length = bytes.segment_length();
    if (length < 0) break;
    if (marker != k_app1 && marker != k_app13) {
      if (!bytes.skip(static_cast<std::size_t>(length))) break;
      continue;
    }
    const auto segment = bytes.read(static_cast<std::size_t>(length));
    if (!segment) break;
    const auto exif = behind(*segment, k_exif_prefix), xmp = behind(*segment, k_xmp_prefix);
    if (marker == k_app1 && blocks.exif.empty() && exif_readable(exif)) keep(exif, blocks.exif);
    if (marker == k_app1 && blocks.xmp.empty()) keep(xmp, blocks.xmp);
    const auto more = marker == k_app13 ? behind(*segment, k_photoshop_prefix) : std::span<const std::byte>{};
    if (resources.size() + more.size() <= k_most_metadata_bytes)
      resources.insert(resources.end(), more.begin(), more.end());
  }
  blocks.iptc = iptc_of_resources(resources);
  return blocks;
}

}  // namespace thumbs
