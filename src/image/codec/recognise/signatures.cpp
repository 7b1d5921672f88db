// Containers by their brand, text by its first element.
#include "image/codec/recognise/signatures.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "support/big_endian.h"

namespace thumbs::image {
namespace {

using std::string_view_literals::operator""sv;

/// ISO base media files name their brands: the major one at 8, compatible ones from 16 to the box's end. Whether one of
/// them `fits`.
template <class Fits>
bool has_brand(std::string_view head, const Fits& fits) {
  if (head.size() < 12 || head.substr(4, 4) != "ftyp") return false;
  const std::string_view brands = head.substr(0, big_endian(head.substr(0, 4)));
  for (std::size_t at = 8; at + 4 <= brands.size(); at += at == 8 ? 8 : 4)
    if (fits(brands.substr(at, 4))) return true;
  return false;
}

}  // namespace

bool is_webp(std::string_view head) {
  return head.starts_with("RIFF") && head.size() >= 12 && head.substr(8).starts_with("WEBP");
}

bool is_avif(std::string_view head) {
  return has_brand(head, [](std::string_view brand) { return brand == "avif" || brand == "avis"; });
}

bool is_heic(std::string_view head) {
  return has_brand(head, [](std::string_view brand) {
    return brand.starts_with("hei") || brand.starts_with("hev") || brand == "mif1" || brand == "msf1";
  });
}

// Also BigTIFF. Canon's CR2 begins like one, but is none that libtiff reads.
bool is_tiff(std::string_view head) {
  constexpr std::array signatures = {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv};
  const auto begins = [&](std::string_view signature) { return head.starts_with(signature); };
  return std::ranges::any_of(signatures, begins) && head.substr(std::min<std::size_t>(head.size(), 8), 3) != "CR\2";
}

// "BM" alone also begins texts: the size of the second header, too, must be one of the few that exist.
// OS/2's arrays of bitmaps, "BA", have a header before the first one's.
bool is_bmp(std::string_view head) {
  constexpr std::size_t k_array_header = 14;
  if (head.starts_with("BA") && head.size() > k_array_header) head.remove_prefix(k_array_header);
  if (!head.starts_with("BM") || head.size() < 18) return false;
  constexpr std::array sizes = {12, 16, 40, 52, 56, 64, 108, 124};
  const int size = static_cast<unsigned char>(head[14]);
  return std::ranges::find(sizes, size) != sizes.end() && head.substr(15, 3) == "\0\0\0"sv;
}

// XML, until the decoder has seen its first element: letterheads are longer than what there is to look at.
bool is_svg(std::string_view head) {
  std::string text;
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) {  // UTF-16
    for (const char c : head.substr(2))
      if (c != '\0') text += c;
    head = text;
  }
  head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  const auto begins = [&](std::string_view word) { return head.starts_with(word); };
  return begins("<svg") || begins("<?xml") || begins("<!DOCTYPE svg") ||
         (begins("<!--") && head.find("<html") == head.npos && head.find("<!DOCTYPE html") == head.npos);
}

}  // namespace thumbs::image
