// Segments by their first bytes (Exif 2.32, section 4.7; XMP part 3, section 1.1.3; Photoshop file formats, APP13).
#include "image/codec/jpeg/metadata.h"

#include <string>
#include <string_view>

#include "image/bytes.h"
#include "image/codec/jpeg/extended_xmp.h"
#include "image/codec/jpeg/markers.h"
#include "image/metadata/iptc.h"
#include "image/metadata/orientation.h"
#include "image/metadata/texts.h"
#include "image/metadata/xmp.h"
#include "image/metadata/xmp_walk.h"
#include "support/utf8.h"

namespace thumbs::image {
namespace {

using std::string_view_literals::operator""sv;

constexpr int k_app1 = 0xE1;
constexpr int k_app13 = 0xED;
constexpr int k_comment = 0xFE;
constexpr std::string_view k_xmp_prefix = "http://ns.adobe.com/xap/1.0/\0"sv;
constexpr std::string_view k_extension_prefix = "http://ns.adobe.com/xmp/extension/\0"sv;
constexpr std::string_view k_photoshop_prefix = "Photoshop 3.0\0"sv;

/// What follows `prefix`; empty if the segment does not begin with it.
std::span<const std::byte> behind(std::span<const std::byte> segment, std::string_view prefix) {
  return as_text(segment).starts_with(prefix) ? segment.subspan(prefix.size()) : std::span<const std::byte>{};
}

class Segments {
 public:
  void take(int marker, std::span<const std::byte> segment) {
    if (marker == k_app1) take_app1(segment);
    if (marker == k_app13) take_resources(behind(segment, k_photoshop_prefix));
    if (marker == k_comment) take_comment(segment);
  }

  MetadataBlocks finish() {
    blocks_.extended_xmp = extension_.assembled(extended_xmp_name(blocks_.xmp), blocks_);
    if (resources_bytes_ > k_most_metadata_bytes)
      blocks_.note(too_large_note("Photoshop's data", resources_bytes_));
    else
      blocks_.iptc = iptc_of_resources(resources_);
    return std::move(blocks_);
  }

 private:
  void take_app1(std::span<const std::byte> segment) {
    const auto exif = behind(segment, k_jpeg_exif_prefix), xmp = behind(segment, k_xmp_prefix);
    const bool readable = exif_readable(exif);
    if (blocks_.exif.empty() && readable) blocks_.exif.assign(exif.begin(), exif.end());
    if (!exif.empty() && !readable) blocks_.note(broken_note("EXIF", exif.size()));
    if (blocks_.xmp.empty()) blocks_.xmp.assign(xmp.begin(), xmp.end());
    extension_.add(behind(segment, k_extension_prefix));
  }
  /// A large one continues in the next segment.
  void take_resources(std::span<const std::byte> more) {
    resources_bytes_ += more.size();
    if (resources_bytes_ <= k_most_metadata_bytes) resources_.insert(resources_.end(), more.begin(), more.end());
  }
  /// Some writers end it with a zero.
  void take_comment(std::span<const std::byte> segment) {
    const auto text = without_padding(segment);
    if (!text.empty()) blocks_.add_text(std::string(k_comment_keyword), as_utf8(as_text(text)));
  }

  MetadataBlocks blocks_;
  JpegExtendedXmp extension_;
  std::vector<std::byte> resources_;
  std::size_t resources_bytes_ = 0;
};

}  // namespace

MetadataBlocks jpeg_metadata(ByteSource& source) {
  JpegMarkers bytes(source);
  Segments segments;
  for (;;) {
    const int marker = bytes.next_marker();
    if (marker == k_jpeg_end || marker == k_jpeg_eoi || marker == k_jpeg_sos) break;
    if (!has_jpeg_segment(marker)) continue;
    const int length = bytes.segment_length();
    if (length < 0) break;
    if (marker != k_app1 && marker != k_app13 && marker != k_comment) {
      if (!bytes.skip(static_cast<std::size_t>(length))) break;
      continue;
    }
    const auto segment = bytes.read(static_cast<std::size_t>(length));
    if (!segment) break;
    segments.take(marker, *segment);
  }
  return segments.finish();
}

}  // namespace thumbs::image
