// Layouts: EXIF 2.32, 4.7.2; XMP 3, section 1.1.3.1; ICC.1:2022, annex B.4; Photoshop's image resource blocks.
#include "image/codec/jpeg/attachments.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "image/bytes.h"
#include "image/metadata/iptc.h"
#include "image/metadata/md5.h"

namespace thumbs::image {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t k_most_bytes = 65533;  // of a segment, less its length

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

/// Split over several segments, which readers join.
void add_iptc(std::vector<JpegSegment>& segments, std::span<const std::byte> iptc) {
  constexpr std::string_view prefix = "Photoshop 3.0\0"sv;
  if (iptc.empty()) return;
  const std::vector<std::byte> resources = resources_of_iptc(iptc);
  for (std::span<const std::byte> rest = resources; !rest.empty();) {
    const auto part = rest.first(std::min(rest.size(), k_most_bytes - prefix.size()));
    add(segments, 13, prefix, part);
    rest = rest.subspan(part.size());
  }
}

/// Each segment: prefix, the packet's name, its whole size, the part's offset, the part.
void add_extended_xmp(std::vector<JpegSegment>& segments, std::span<const std::byte> packet) {
  constexpr std::string_view prefix = "http://ns.adobe.com/xmp/extension/\0"sv;
  constexpr std::size_t k_part = 65400;
  if (packet.empty()) return;
  const std::string name = md5_hex(packet);
  const auto append_number = [](std::vector<std::byte>& to, std::size_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<std::byte>(value >> shift));
  };
  for (std::size_t at = 0; at < packet.size(); at += k_part) {
    JpegSegment& segment = segments.emplace_back(JpegSegment{1, {}});
    append(segment.data, prefix);
    append(segment.data, name);
    append_number(segment.data, packet.size());
    append_number(segment.data, at);
    append(segment.data, packet.subspan(at, std::min(k_part, packet.size() - at)));
  }
}

void add_text(std::vector<JpegSegment>& segments, std::string_view text) {
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), k_most_bytes)))
    append(segments.emplace_back(JpegSegment{k_jpeg_comment, {}}).data, text.substr(0, k_most_bytes));
}

}  // namespace

std::vector<JpegSegment> attachment_segments(const Attachments& attachments) {
  std::vector<JpegSegment> segments;
  add(segments, 1, "Exif\0\0"sv, attachments.exif);
  add(segments, 1, "http://ns.adobe.com/xap/1.0/\0"sv, attachments.xmp);
  add_extended_xmp(segments, attachments.extended_xmp);
  add_profile(segments, attachments.profile);
  add_iptc(segments, attachments.iptc);
  for (const MetadataText& text : attachments.texts) add_text(segments, text.text);
  return segments;
}

}  // namespace thumbs::image
