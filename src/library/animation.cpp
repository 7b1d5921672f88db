// Marks of animation: APNG's chunk, WebP's flag, AVIF's brand; a second frame or page.
#include "library/animation.h"

#include <cstdint>
#include <string_view>

#include "support/big_endian.h"

namespace thumbs::library {
namespace {

/// acTL comes ahead of the pixels.
bool is_apng(std::string_view file) {
  constexpr std::size_t k_signature = 8, k_around = 12;  // a chunk's length, name and checksum
  for (std::size_t at = k_signature; at + k_around <= file.size();) {
    const std::string_view name = file.substr(at + 4, 4);
    if (name == "acTL") return true;
    if (name == "IDAT") return false;
    at += k_around + big_endian(file.substr(at, 4));
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
  const std::string_view box = file.substr(0, big_endian(file.substr(0, 4)));
  for (std::size_t at = 8; at + 4 <= box.size(); at += at == 8 ? 8 : 4)
    if (box.substr(at, 4) == "avis") return true;
  return false;
}

/// Walks over a GIF's blocks to its second picture (GIF89a, appendix B).
bool has_frames(std::string_view file) {
  const auto byte = [&](std::size_t at) { return at < file.size() ? static_cast<unsigned char>(file[at]) : 0U; };
  const auto table = [](unsigned flags) { return (flags & 0x80) != 0 ? std::size_t{3} << ((flags & 7) + 1) : 0; };
  std::size_t at = 13 + table(byte(10));
  for (int frames = 0; at < file.size();) {
    const unsigned kind = byte(at);
    if (kind == 0x2C) {
      if (++frames == 2) return true;
      at += 11 + table(byte(at + 9));
    } else if (kind == 0x21) {
      at += 2;
    } else {
      return false;
    }
    while (at < file.size() && byte(at) != 0) at += byte(at) + 1;
    ++at;
  }
  return false;
}

/// The number behind a TIFF's first directory says where the next one is.
bool has_pages(std::span<const std::byte> file) {
  const auto number = [&](std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes && bytes <= file.size() && at <= file.size() - bytes; ++i)
      value = value << 8 | std::to_integer<std::uint64_t>(file[at + (file[0] == std::byte{'I'} ? bytes - 1 - i : i)]);
    return value;
  };
  const bool big = number(2, 2) == 43;
  const auto at = static_cast<std::size_t>(big ? number(8, 8) : number(4, 4));
  const std::size_t count = big ? 8 : 2, entry = big ? 20 : 12, offset = big ? 8 : 4;
  return number(at + count + static_cast<std::size_t>(number(at, count)) * entry, offset) != 0;
}

}  // namespace

bool is_animated(std::span<const std::byte> bytes, SourceFormat format) {
  const std::string_view file(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  switch (format) {
    case SourceFormat::png: return is_apng(file);
    case SourceFormat::webp: return is_animated_webp(file);
    case SourceFormat::avif: return is_image_sequence(file);
    case SourceFormat::gif: return has_frames(file);
    case SourceFormat::tiff: return has_pages(bytes);
    case SourceFormat::jpeg:
    case SourceFormat::svg:
    case SourceFormat::bmp:
    case SourceFormat::heic: break;
  }
  return false;
}

}  // namespace thumbs::library
