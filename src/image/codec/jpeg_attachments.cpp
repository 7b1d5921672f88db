// Layouts: EXIF 2.32, 4.7.2; XMP 3, section 1.1.3; ICC.1:2022, annex B.4; Photoshop's image resource blocks.
#include "image/codec/jpeg_attachments.h"

#include <algorithm>
#include <string_view>

namespace thumbs {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t k_most_bytes = 65533;  // of a segment, less its length

void append(std::vector<std::byte>& to, std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  to.insert(to.end(), begin, begin + text.size());
}

void append(std::vector<std::byte>& to, std::span<const std::byte> data) {
  to.insert(to.end(), data.begin(), data.end());
}

void add(std::vector<JpegSegment>& segments, int app, std::string_view prefix, std::span<const std::byte> data) {
  if (data.empty() || prefix.size() + data.size() > k_most_bytes) return;
  JpegSegment& segment = segments.emplace_back(JpegSegment{app, {}});
  append(segment.data, prefix);
  append(segment.data, data);
}

void add_profile(std::vector<JpegSegment>& segments, std::span<const std::byte> profile) {
  constexpr std::string_view prefix = "ICC_PROFILE\0"sv;
  constexpr std::size_t k_part = k_most_bytes - prefix.size() - 2, k_most_parts = 255;
  const std::size_t parts = (profile.size() + k_part - 1) / k_part;
  if (parts > k_most_parts) return;
  for (std::size_t i = 0; i < parts; ++i) {
    JpegSegment& segment = segments.emplace_back(JpegSegment{2, {}});
    append(segment.data, prefix);
    segment.data.push_back(static_cast<std::byte>(i + 1));
    segment.data.push_back(static_cast<std::byte>(parts));
    append(segment.data, profile.subspan(i * k_part, std::min(k_part, profile.size() - i * k_part)));
  }
}

/// Resource 0x0404 without a name, its data padded to an even size.
void add_iptc(std::vector<JpegSegment>& segments, std::span<const std::byte> iptc) {
  if (iptc.empty() || iptc.size() > 0xFFFF) return;
  std::vector<std::byte> resource;
  append(resource, "8BIM\x04\x04\0\0\0\0"sv);
  resource.push_back(static_cast<std::byte>(iptc.size() >> 8));
  resource.push_back(static_cast<std::byte>(iptc.size() & 0xFF));
  append(resource, iptc);
  if (iptc.size() % 2 != 0) resource.push_back(std::byte{0});
  add(segments, 13, "Photoshop 3.0\0"sv, resource);
}

}  // namespace

std::vector<JpegSegment> attachment_segments(const Attachments& attachments) {
  std::vector<JpegSegment> segments;
  add(segments, 1, "Exif\0\0"sv, attachments.exif);
  add(segments, 1, "http://ns.adobe.com/xap/1.0/\0"sv, attachments.xmp);
  add_profile(segments, attachments.profile);
  add_iptc(segments, attachments.iptc);
  return segments;
}

}  // namespace thumbs
