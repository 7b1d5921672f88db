// A bounded walk over the first directory of a TIFF block (TIFF 6.0, section 2; Exif 2.32, table 3).
#include "image/exif.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace thumbs {
namespace {

constexpr std::size_t k_header_bytes = 8;
constexpr std::size_t k_entry_bytes = 12;
constexpr std::uint32_t k_orientation_tag = 0x0112;
constexpr std::uint32_t k_type_short = 3;
constexpr std::uint32_t k_type_long = 4;

/// Reads numbers of either byte order; REQUIRES that the caller checked the bounds.
class Tiff {
 public:
  Tiff(std::span<const std::byte> bytes, bool little_endian) : bytes_(bytes), little_endian_(little_endian) {}

  std::uint32_t u16(std::size_t at) const { return number(at, 2); }
  std::uint32_t u32(std::size_t at) const { return number(at, 4); }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::uint32_t number(std::size_t at, std::size_t count) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t from = little_endian_ ? at + count - 1 - i : at + i;
      value = value << 8 | std::to_integer<std::uint32_t>(bytes_[from]);
    }
    return value;
  }

  std::span<const std::byte> bytes_;
  bool little_endian_;
};

/// Where IFD0 begins, with the block's byte order; empty where the block is broken.
struct Directory {
  Tiff tiff;
  std::size_t at;
};

std::optional<Directory> open_directory(std::span<const std::byte> bytes) {
  if (bytes.size() < k_header_bytes) return std::nullopt;
  const bool little_endian = bytes[0] == std::byte{'I'} && bytes[1] == std::byte{'I'};
  const bool big_endian = bytes[0] == std::byte{'M'} && bytes[1] == std::byte{'M'};
  if (!little_endian && !big_endian) return std::nullopt;
  const Tiff tiff(bytes, little_endian);
  if (tiff.u16(2) != 42) return std::nullopt;
  const std::size_t at = tiff.u32(4);
  if (at < k_header_bytes || at > tiff.size() - 2) return std::nullopt;
  return Directory{tiff, at};
}

}  // namespace

bool exif_readable(std::span<const std::byte> tiff) { return open_directory(tiff).has_value(); }

int exif_orientation(std::span<const std::byte> bytes) {
  const auto directory = open_directory(bytes);
  if (!directory) return 1;
  const auto& [tiff, at] = *directory;
  // A directory that is cut short still counts as far as it goes.
  const std::size_t fitting = (tiff.size() - at - 2) / k_entry_bytes;
  const std::size_t entries = std::min<std::size_t>(tiff.u16(at), fitting);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = at + 2 + i * k_entry_bytes;
    if (tiff.u16(entry) != k_orientation_tag) continue;
    const std::uint32_t type = tiff.u16(entry + 2);
    if (tiff.u32(entry + 4) != 1 || (type != k_type_short && type != k_type_long)) return 1;
    const std::uint32_t value = type == k_type_short ? tiff.u16(entry + 8) : tiff.u32(entry + 8);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

}  // namespace thumbs
