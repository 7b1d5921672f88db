// Uses the C library, whose Unicode tables are kept up to date.
#include "path/fold_case.h"

#include <locale.h>

#include <clocale>
#include <cstdint>
#include <cwctype>
#include <optional>

namespace thumbs {
namespace {

// Without an early end and a branch, so that compilers take many bytes at once: nearly every path is ASCII.
bool is_ascii(std::string_view text) {
  unsigned all = 0;
  for (const char c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

struct CodePoint {
  std::uint32_t value;
  std::size_t length;
};

// The UTF-8 sequence at the start of `text`; empty if it is malformed, overlong, or beyond Unicode.
std::optional<CodePoint> decode(std::string_view text) {
  constexpr std::uint32_t k_least[] = {0, 0, 0x80, 0x800, 0x10000};
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return CodePoint{lead, 1};
  const std::size_t length = lead >= 0xF8 ? 0 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
  if (length == 0 || length > text.size()) return std::nullopt;
  std::uint32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80) return std::nullopt;
    value = value << 6 | (next & 0x3FU);
  }
  if (value < k_least[length] || value > 0x10FFFF) return std::nullopt;
  return CodePoint{value, length};
}

void encode(std::uint32_t value, std::string& out) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xC0 | value >> 6), put(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    put(0xE0 | value >> 12), put(0x80 | (value >> 6 & 0x3F)), put(0x80 | (value & 0x3F));
  } else {
    put(0xF0 | value >> 18), put(0x80 | (value >> 12 & 0x3F));
    put(0x80 | (value >> 6 & 0x3F)), put(0x80 | (value & 0x3F));
  }
}

std::uint32_t lower(std::uint32_t value) {
  static const locale_t k_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (value < 0x80 || k_locale == nullptr) return value >= 'A' && value <= 'Z' ? value + 32 : value;
  return static_cast<std::uint32_t>(towlower_l(static_cast<wint_t>(value), k_locale));
}

}  // namespace

std::string fold_case(std::string_view path) {
  if (is_ascii(path)) {
    std::string folded(path);
    for (char& c : folded) c = static_cast<char>(c + (c >= 'A' && c <= 'Z' ? 32 : 0));
    return folded;
  }
  std::string folded;
  folded.reserve(path.size());
  while (!path.empty()) {
    const std::optional<CodePoint> point = decode(path);
    if (point) {
      encode(lower(point->value), folded);
    } else {
      folded.push_back(path[0]);
    }
    path.remove_prefix(point ? point->length : 1);
  }
  return folded;
}

}  // namespace thumbs
