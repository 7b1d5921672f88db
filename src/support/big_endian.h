// Numbers in bytes, the most significant first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace thumbs {

/// Of any number of bytes up to 8.
inline std::uint64_t big_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (const std::byte byte : bytes) value = value << 8 | std::to_integer<std::uint64_t>(byte);
  return value;
}
inline std::uint64_t big_endian(std::string_view bytes) { return big_endian(std::as_bytes(std::span(bytes))); }

/// Of the first four bytes. REQUIRES that there are so many.
inline std::uint32_t big_endian_32(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(big_endian(bytes.first(4)));
}

}  // namespace thumbs
