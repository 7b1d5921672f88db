// Walks over IIM datasets and Photoshop resources, within bounds.
#include "image/metadata/iptc.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "image/bytes.h"
#include "support/big_endian.h"
#include "support/utf8.h"

namespace thumbs::image {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t k_most_text_bytes = 4096;

unsigned u8(Bytes bytes, std::size_t at) { return std::to_integer<unsigned>(bytes[at]); }

struct Dataset {
  unsigned record = 0;
  unsigned number = 0;
  Bytes data;
  Bytes whole;  ///< with its head
};

/// Takes the dataset that `rest` begins with; empty where it does not begin with a whole one. An extended one (over
/// 32 KiB) has the length of its length where others have their length.
std::optional<Dataset> take_dataset(Bytes& rest) {
  constexpr std::size_t k_head_bytes = 5, k_most_length_bytes = 4;
  constexpr unsigned k_tag_marker = 0x1C, k_extended = 0x8000;
  if (rest.size() < k_head_bytes || u8(rest, 0) != k_tag_marker) return std::nullopt;
  std::size_t head = k_head_bytes, size = big_endian(rest.subspan(3, 2));
  if ((size & k_extended) != 0) {
    const std::size_t length_bytes = size & ~std::size_t{k_extended};
    if (length_bytes > k_most_length_bytes || length_bytes > rest.size() - head) return std::nullopt;
    size = big_endian(rest.subspan(head, length_bytes));
    head += length_bytes;
  }
  if (size > rest.size() - head) return std::nullopt;
  const Dataset dataset{u8(rest, 1), u8(rest, 2), rest.subspan(head, size), rest.first(head + size)};
  rest = rest.subspan(head + size);
  return dataset;
}

struct Resource {
  unsigned id = 0;
  Bytes data;
};

constexpr std::string_view k_resource_mark = "8BIM";

/// Takes the resource that `rest` begins with: mark, number, name, size, data; the name and the data padded to even
/// lengths.
std::optional<Resource> take_resource(Bytes& rest) {
  constexpr std::size_t k_head_bytes = 7;  // with the name's length
  if (rest.size() < k_head_bytes || as_text(rest.first(4)) != k_resource_mark) return std::nullopt;
  const auto id = static_cast<unsigned>(big_endian(rest.subspan(4, 2)));
  const std::size_t name_bytes = 1 + std::size_t{u8(rest, 6)};
  const std::size_t size_at = 6 + name_bytes + name_bytes % 2;
  if (size_at + 4 > rest.size()) return std::nullopt;
  const std::size_t size = big_endian_32(rest.subspan(size_at));
  const std::size_t data_at = size_at + 4;
  if (size > rest.size() - data_at) return std::nullopt;
  const Resource resource{id, rest.subspan(data_at, size)};
  rest = rest.subspan(std::min(data_at + size + size % 2, rest.size()));
  return resource;
}

constexpr unsigned k_iptc_resource = 0x0404;

}  // namespace

IptcRights iptc_rights(Bytes records) {
  constexpr unsigned k_charset = 90, k_by_line = 80, k_copyright = 116;
  bool utf8 = false;
  IptcRights rights;
  while (const auto dataset = take_dataset(records)) {
    const std::string_view raw = as_text(dataset->data.first(std::min(dataset->data.size(), k_most_text_bytes)));
    if (dataset->record == 1 && dataset->number == k_charset) utf8 = raw == "\x1B%G";
    if (dataset->record != 2 || raw.empty()) continue;
    const std::string text = utf8 ? as_utf8(raw) : utf8_of_latin1(raw);
    if (dataset->number == k_by_line && rights.artist.size() < k_most_text_bytes)
      rights.artist += (rights.artist.empty() ? "" : "; ") + text;
    if (dataset->number == k_copyright && rights.copyright.empty()) rights.copyright = text;
  }
  return rights;
}

std::vector<std::byte> true_iptc(Bytes records) {
  constexpr unsigned k_application = 2, k_first_preview = 200, k_last_preview = 202;
  constexpr unsigned k_first_object = 3, k_last_object = 9;  // a picture's layout, and the picture
  std::vector<std::byte> kept;
  while (const auto dataset = take_dataset(records)) {
    const bool preview =
        dataset->record == k_application && dataset->number >= k_first_preview && dataset->number <= k_last_preview;
    const bool object = dataset->record >= k_first_object && dataset->record <= k_last_object;
    if (!preview && !object) kept.insert(kept.end(), dataset->whole.begin(), dataset->whole.end());
  }
  return kept;
}

std::vector<std::byte> iptc_of_resources(Bytes resources) {
  while (const auto resource = take_resource(resources))
    if (resource->id == k_iptc_resource) return {resource->data.begin(), resource->data.end()};
  return {};
}

std::vector<std::byte> resources_of_iptc(Bytes records) {
  std::vector<std::byte> out;
  for (const char c : k_resource_mark) out.push_back(static_cast<std::byte>(c));
  const auto size = static_cast<std::uint32_t>(records.size());
  const std::array<unsigned, 8> head = {k_iptc_resource >> 8,
                                        k_iptc_resource & 255,
                                        0,  // an empty name,
                                        0,  // padded
                                        size >> 24,
                                        size >> 16 & 255,
                                        size >> 8 & 255,
                                        size & 255};
  for (const unsigned byte : head) out.push_back(static_cast<std::byte>(byte));
  out.insert(out.end(), records.begin(), records.end());
  if (records.size() % 2 != 0) out.push_back(std::byte{0});
  return out;
}

}  // namespace thumbs::image
