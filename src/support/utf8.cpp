// Validates UTF-8 with a table of second-byte ranges.
#include "support/utf8.h"

#include <array>

namespace thumbs {
namespace {

/// The second byte's range decides whether a sequence is overlong, a surrogate or beyond U+10FFFF.
struct Lead {
  unsigned char first, last, low, high;
  std::size_t length;
};

constexpr std::array<Lead, 9> k_leads{{
    {0x00, 0x7F, 0, 0, 1},
    {0xC2, 0xDF, 0x80, 0xBF, 2},
    {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4},
    {0xF4, 0xF4, 0x80, 0x8F, 4},
}};

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const unsigned char first = byte_at(text, 0);
  for (const Lead& lead : k_leads) {
    if (first < lead.first || first > lead.last) continue;
    if (text.size() < lead.length) return 0;
    if (lead.length > 1 && (byte_at(text, 1) < lead.low || byte_at(text, 1) > lead.high)) return 0;
    for (std::size_t i = 2; i < lead.length; ++i) {
      if ((byte_at(text, i) & 0xC0) != 0x80) return 0;
    }
    return lead.length;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string utf8_of_latin1(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

std::string as_utf8(std::string_view text) { return is_utf8(text) ? std::string(text) : utf8_of_latin1(text); }

}  // namespace thumbs
