// Escapes; never removes, so that two names never look alike.
#include "gallery/html.h"

#include "support/markup.h"
#include "thumbs/text.h"

namespace thumbs::gallery {
namespace {

bool is_plain_in_url(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || std::string_view("-._~/").find(c) != std::string_view::npos;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string html;
  html.reserve(text.size());
  for (const char c : text) {
    if (c == '\'') {
      html += "&#39;";
    } else {
      append_to_markup(html, c);
    }
  }
  return html;
}

std::string shown(std::string_view text) { return escaped(printable(text)); }

std::string url(std::string_view path) {
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  std::string text;
  text.reserve(path.size());
  for (const char c : path) {
    if (is_plain_in_url(c)) {
      text += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      text += '%';
      text += k_digits[byte >> 4];
      text += k_digits[byte & 15];
    }
  }
  return text;
}

}  // namespace thumbs::gallery
