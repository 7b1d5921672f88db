// Joins the parts of one name.
#include "image/codec/jpeg/extended_xmp.h"

#include <algorithm>

#include "image/bytes.h"
#include "support/big_endian.h"

namespace thumbs::image {
namespace {

constexpr std::size_t k_name_bytes = 32;
constexpr std::size_t k_extended_head_bytes = k_name_bytes + 8;
constexpr std::size_t k_most_extended_parts = 1024;  // of 64 KiB each, as sensible writers do

}  // namespace

void JpegExtendedXmp::add(std::span<const std::byte> segment) {
  if (segment.size() < k_extended_head_bytes) return;
  const auto data = segment.subspan(k_extended_head_bytes);
  bytes_ += data.size();
  too_large_ = too_large_ || bytes_ > k_most_metadata_bytes || parts_.size() == k_most_extended_parts;
  if (too_large_) return;
  parts_.push_back({std::string(as_text(segment.first(k_name_bytes))),
                    big_endian_32(segment.subspan(k_name_bytes)),
                    big_endian_32(segment.subspan(k_name_bytes + 4)),
                    {data.begin(), data.end()}});
}

std::vector<std::byte> JpegExtendedXmp::assembled(std::string_view name, MetadataBlocks& notes) const {
  constexpr std::string_view k_what = "extended XMP";
  const auto left_out = [&](std::string_view why) {
    notes.note(std::string(k_what) + " (" + std::to_string(bytes_) + " bytes) is left out: " + std::string(why));
    return std::vector<std::byte>{};
  };
  if (too_large_) {
    notes.note(too_large_note(k_what, bytes_));
    return {};
  }
  if (name.empty() && bytes_ == 0) return {};
  if (name.empty()) return left_out("no XMP packet refers to it");
  std::vector<const Part*> own;
  for (const Part& part : parts_)
    if (part.name == name) own.push_back(&part);
  if (own.empty()) return left_out("it is not in the file");
  std::ranges::sort(own, {}, &Part::at);
  std::vector<std::byte> packet;
  for (const Part* part : own) {
    if (part->at != packet.size() || part->whole_bytes != own.front()->whole_bytes) break;
    packet.insert(packet.end(), part->data.begin(), part->data.end());
  }
  if (packet.size() != own.front()->whole_bytes) return left_out("its parts do not add up");
  return packet;
}

}  // namespace thumbs::image
