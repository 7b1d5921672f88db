// Marks of animation: APNG's chunk, WebP's flag, AVIF's brand.
#include "library/animation.h"

#include <cstdint>
#include <string_view>

namespace thumbs::library {
namespace {

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

/// acTL comes ahead of the pixels.
bool is_apng(std::string_view file) {
  constexpr std::size_t k_signature = 8, k_around = 12;  // a chunk's length, name and checksum
  for (std::size_t at = k_signature; at + k_around <= file.size();) {
    const std::string_view name = file.substr(at + 4, 4);
    if (name == "acTL") return true;
    if (name == "IDAT") return false;
    at += k_around + big_endian(file.substr(at));
  }
  return false;
}

bool is_animated_webp(std::string_view file) {
  constexpr std::size_t k_flags = 20;
  constexpr unsigned char k_animation = 0x02;
  return file.size() > k_flags && file.substr(12, 4) == "VP8X" &&
         (static_cast<unsigned char>(file[k_flags]) & k_animation) != 0;
}

/// Its major brand or one of the compatible ones, which stand from 16 on.
bool is_image_sequence(std::string_view file) {
  const std::string_view box = file.substr(0, big_endian(file));
  for (std::size_t at = 8; at + 4 <= box.size(); at += at == 8 ? 8 : 4)
    if (box.substr(at, 4) == "avis") return true;
  return false;
}

}  // namespace

bool is_animated(std::span<const std::byte> bytes, PictureFormat format) {
  const std::string_view file(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  switch (format) {
    case PictureFormat::jpeg: return false;
    case PictureFormat::png: return is_apng(file);
    case PictureFormat::webp: return is_animated_webp(file);
    case PictureFormat::avif: return is_image_sequence(file);
  }
  return false;
}

}  // namespace thumbs::library
