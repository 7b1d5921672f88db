// Walks IFD0 and IFD1, patches numbers where they stand, cuts off what is a preview.
#include "image/metadata/exif_block.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "image/metadata/tiff.h"

namespace thumbs {
namespace {

constexpr std::uint32_t k_orientation_tag = 0x0112;
constexpr std::uint32_t k_preview_offset_tag = 0x0201;
constexpr std::uint32_t k_preview_bytes_tag = 0x0202;

void put(std::span<std::byte> at, std::uint32_t value, bool little_endian) {
  for (std::size_t i = 0; i < at.size(); ++i) {
    const std::size_t shift = 8 * (little_endian ? i : at.size() - 1 - i);
    at[i] = static_cast<std::byte>(value >> shift);
  }
}

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A JPEG preview's bytes, as far as the block has them.
std::optional<Range> preview_of(const Tiff& tiff, const TiffDirectory& second) {
  const auto offset = second.find(k_preview_offset_tag), bytes = second.find(k_preview_bytes_tag);
  if (!offset || !bytes) return std::nullopt;
  const std::size_t begin = tiff.u32(offset->at + 8), length = tiff.u32(bytes->at + 8);
  constexpr std::size_t k_header_bytes = 8;
  if (begin < k_header_bytes || begin >= tiff.size()) return std::nullopt;
  return Range{begin, begin + std::min(length, tiff.size() - begin)};
}

/// Cuts the preview off where it ends the block, which is usual; else blanks it.
void drop_preview(std::vector<std::byte>& block, Range preview) {
  if (preview.end == block.size()) {
    block.resize(preview.begin);
  } else {
    std::fill(block.begin() + static_cast<std::ptrdiff_t>(preview.begin),
              block.begin() + static_cast<std::ptrdiff_t>(preview.end), std::byte{0});
  }
}

void set_upright(std::vector<std::byte>& block, const TiffDirectory& first) {
  const auto entry = first.find(k_orientation_tag);
  if (!entry || (entry->type != k_tiff_short && entry->type != k_tiff_long)) return;
  const std::size_t bytes = entry->type == k_tiff_short ? 2 : 4;
  put(std::span(block).subspan(entry->at + 8, bytes), 1, first.tiff().little_endian());
}

}  // namespace

std::string exif_text(std::span<const std::byte> bytes, unsigned tag) {
  const auto directory = TiffDirectory::open_first(bytes);
  const auto entry = directory ? directory->find(tag) : std::nullopt;
  if (!entry || entry->type != k_tiff_ascii) return {};
  const Tiff& tiff = directory->tiff();
  constexpr std::size_t k_inline_bytes = 4;
  const std::size_t at = entry->count <= k_inline_bytes ? entry->at + 8 : tiff.u32(entry->at + 8);
  if (at > tiff.size() || entry->count > tiff.size() - at) return {};
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()) + at, entry->count);
  std::string text;
  while (!rest.empty()) {
    std::string_view part = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const std::size_t first = part.find_first_not_of(' ');
    if (first == part.npos) continue;
    part = part.substr(first, part.find_last_not_of(' ') - first + 1);
    text.append(text.empty() ? "" : "; ").append(part);
  }
  return text;
}

std::vector<std::byte> without_preview(std::span<const std::byte> bytes, bool upright) {
  const auto first = TiffDirectory::open_first(bytes);
  if (!first) return {};
  std::vector<std::byte> block(bytes.begin(), bytes.end());
  if (upright) set_upright(block, *first);
  const auto next_at = first->next_at();
  if (!next_at) return block;
  const Tiff& tiff = first->tiff();
  const auto second = TiffDirectory::open(tiff, tiff.u32(*next_at));
  put(std::span(block).subspan(*next_at, 4), 0, tiff.little_endian());
  if (second) {
    if (const auto preview = preview_of(tiff, *second)) drop_preview(block, *preview);
  }
  return block;
}

std::vector<std::byte> rights_block(const std::string& artist, const std::string& copyright) {
  struct Value {
    unsigned tag;
    const std::string& text;
  };
  std::vector<Value> values;
  if (!artist.empty()) values.push_back({k_exif_artist, artist});
  if (!copyright.empty()) values.push_back({k_exif_copyright, copyright});
  if (values.empty()) return {};

  constexpr std::size_t k_header_bytes = 8, k_inline_bytes = 4;
  std::vector<std::byte> block(k_header_bytes + 2 + values.size() * TiffDirectory::k_entry_bytes + 4);
  const auto number = [&](std::size_t at, std::size_t size, std::size_t value) {
    put(std::span(block).subspan(at, size), static_cast<std::uint32_t>(value), true);
  };
  block[0] = block[1] = std::byte{'I'};
  number(2, 2, 42);
  number(4, 4, k_header_bytes);
  number(k_header_bytes, 2, values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t entry = k_header_bytes + 2 + i * TiffDirectory::k_entry_bytes;
    const std::size_t count = values[i].text.size() + 1;
    std::size_t at = entry + 8;
    if (count > k_inline_bytes) {
      at = block.size();
      block.resize(at + count + count % 2);  // values begin on even bytes
      number(entry + 8, 4, at);
    }
    number(entry, 2, values[i].tag);
    number(entry + 2, 2, k_tiff_ascii);
    number(entry + 4, 4, count);
    std::transform(values[i].text.begin(), values[i].text.end(), block.begin() + static_cast<std::ptrdiff_t>(at),
                   [](char c) { return static_cast<std::byte>(c); });
  }
  return block;
}

}  // namespace thumbs
