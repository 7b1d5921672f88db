// Reads the directories of a TIFF block (TIFF 6.0, section 2) within bounds. EXIF has this form.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>

namespace thumbs::image {

inline constexpr std::uint32_t k_tiff_ascii = 2;
inline constexpr std::uint32_t k_tiff_short = 3;
inline constexpr std::uint32_t k_tiff_long = 4;
inline constexpr std::uint32_t k_tiff_utf8 = 129;  ///< Exif 3.0's

/// The size of one value of a type; 0 for unknown types.
constexpr std::size_t tiff_type_bytes(std::uint32_t type) {
  constexpr std::size_t k_bytes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};  // BYTE is 1, IFD is 13
  if (type == k_tiff_utf8) return 1;
  return type < std::size(k_bytes) ? k_bytes[type] : 0;
}

/// Writes a number over all of `at`.
inline void put_tiff(std::span<std::byte> at, std::uint32_t value, bool little_endian) {
  for (std::size_t i = 0; i < at.size(); ++i) {
    const std::size_t shift = 8 * (little_endian ? i : at.size() - 1 - i);
    at[i] = static_cast<std::byte>(value >> shift);
  }
}

/// Reads numbers of either byte order; REQUIRES that the caller checked the bounds.
class Tiff {
 public:
  Tiff(std::span<const std::byte> bytes, bool little_endian) : bytes_(bytes), little_endian_(little_endian) {}

  std::uint32_t u16(std::size_t at) const { return number(at, 2); }
  std::uint32_t u32(std::size_t at) const { return number(at, 4); }
  std::size_t size() const { return bytes_.size(); }
  std::span<const std::byte> bytes() const { return bytes_; }
  bool little_endian() const { return little_endian_; }

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

struct TiffEntry {
  std::size_t at = 0;  ///< of its 12 bytes
  std::uint32_t tag = 0;
  std::uint32_t type = 0;
  std::uint32_t count = 0;

  std::size_t value_at() const { return at + 8; }  ///< of the value, or of its offset
};

/// An entry's value, in the entry itself or where its offset points. Empty if the type is unknown or the value is not
/// inside the block.
inline std::optional<std::span<const std::byte>> tiff_value(const Tiff& tiff, const TiffEntry& entry) {
  constexpr std::size_t k_inline_bytes = 4;
  const std::size_t one = tiff_type_bytes(entry.type);
  const std::size_t bytes = one * std::size_t{entry.count};
  const std::size_t at = bytes <= k_inline_bytes ? entry.value_at() : tiff.u32(entry.value_at());
  if (one == 0 || at > tiff.size() || bytes > tiff.size() - at) return std::nullopt;
  return tiff.bytes().subspan(at, bytes);
}

/// A directory that begins inside the block. If it is cut short, it has the entries that are there.
class TiffDirectory {
 public:
  static constexpr std::size_t k_entry_bytes = 12;

  /// Empty if no directory can be at `at`.
  static std::optional<TiffDirectory> open(const Tiff& tiff, std::size_t at) {
    if (at < k_header_bytes || tiff.size() < 2 || at > tiff.size() - 2) return std::nullopt;
    return TiffDirectory(tiff, at);
  }

  /// IFD0 of a whole block; empty if its header is broken.
  static std::optional<TiffDirectory> open_first(std::span<const std::byte> bytes) {
    if (bytes.size() < k_header_bytes) return std::nullopt;
    const bool little_endian = bytes[0] == std::byte{'I'} && bytes[1] == std::byte{'I'};
    const bool big_endian = bytes[0] == std::byte{'M'} && bytes[1] == std::byte{'M'};
    if (!little_endian && !big_endian) return std::nullopt;
    const Tiff tiff(bytes, little_endian);
    return tiff.u16(2) == 42 ? open(tiff, tiff.u32(4)) : std::nullopt;
  }

  const Tiff& tiff() const { return tiff_; }
  std::size_t at() const { return at_; }
  std::size_t entries() const { return entries_; }
  /// Whether the block ends before all entries that the directory says it has.
  bool cut_short() const { return entries_ != tiff_.u16(at_); }
  TiffEntry entry(std::size_t i) const {
    const std::size_t at = at_ + 2 + i * k_entry_bytes;
    return {at, tiff_.u16(at), tiff_.u16(at + 2), tiff_.u32(at + 4)};
  }
  /// The first entry of this tag.
  std::optional<TiffEntry> find(std::uint32_t tag) const {
    for (std::size_t i = 0; i < entries_; ++i)
      if (entry(i).tag == tag) return entry(i);
    return std::nullopt;
  }
  /// The position of the offset of the next directory; empty if the directory is cut short.
  std::optional<std::size_t> next_at() const {
    const std::size_t at = at_ + 2 + std::size_t{tiff_.u16(at_)} * k_entry_bytes;
    return at + 4 <= tiff_.size() ? std::optional(at) : std::nullopt;
  }

 private:
  static constexpr std::size_t k_header_bytes = 8;

  TiffDirectory(const Tiff& tiff, std::size_t at)
      : tiff_(tiff), at_(at), entries_(std::min<std::size_t>(tiff.u16(at), (tiff.size() - at - 2) / k_entry_bytes)) {}

  Tiff tiff_;
  std::size_t at_;
  std::size_t entries_;
};

}  // namespace thumbs::image
