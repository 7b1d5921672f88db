// A bounded walk over the first directory of a TIFF block (Exif 2.32, table 3).
#include "image/metadata/orientation.h"

#include <string_view>

#include "image/bytes.h"
#include "image/metadata/tiff.h"

namespace thumbs::image {
namespace {

constexpr std::uint32_t k_orientation_tag = 0x0112;

}  // namespace

std::span<const std::byte> without_exif_prefix(std::span<const std::byte> block) {
  constexpr std::string_view k_prefix("Exif\0\0", 6);
  return as_text(block).starts_with(k_prefix) ? block.subspan(k_prefix.size()) : block;
}

bool exif_readable(std::span<const std::byte> tiff) { return TiffDirectory::open_first(tiff).has_value(); }

int exif_orientation(std::span<const std::byte> bytes) {
  const auto directory = TiffDirectory::open_first(bytes);
  const auto entry = directory ? directory->find(k_orientation_tag) : std::nullopt;
  if (!entry || entry->count != 1) return 1;
  const Tiff& tiff = directory->tiff();
  std::uint32_t value = 0;
  if (entry->type == k_tiff_short) value = tiff.u16(entry->at + 8);
  if (entry->type == k_tiff_long) value = tiff.u32(entry->at + 8);
  return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

}  // namespace thumbs::image
