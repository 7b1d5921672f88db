#include "text/json_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "support/utf8.h"

namespace thumbs::text {
namespace {

void append_control(std::string& out, char c) {
  constexpr std::string_view k_short = "\b\t\n\f\r\"\\";
  constexpr std::string_view k_letters = "btnfr\"\\";
  constexpr std::string_view k_hex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (const std::size_t found = k_short.find(c); found != std::string_view::npos)
    (out += '\\') += k_letters[found];
  else
    (out += "\\u00").append({k_hex[byte >> 4U], k_hex[byte & 15U]});
}

bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\';
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    std::size_t length = 1;
    if (static_cast<unsigned char>(text[0]) < 0x80) {
      append_control(out, text[0]);
    } else if (const std::size_t sequence = utf8_length(text); sequence != 0) {
      length = sequence;
      out.append(text.substr(0, length));
    } else {
      out += "\xEF\xBF\xBD";
    }
    text.remove_prefix(length);
  }
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string out;
  append_quoted(out, text);
  return out;
}

std::string real_text(double value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, 32> digits{};
  const bool plain = value == 0 || (std::abs(value) >= 1e-4 && std::abs(value) < 1e15);
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(digits.data(), end.ptr);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string& ObjectText::key(std::string_view name) {
  if (any_) out_ += ',';
  any_ = true;
  append_quoted(out_, name);
  return out_ += ':';
}

}  // namespace thumbs::text
