// Finds the ends of blanks and tokens.
#include "manifest/json_scan.h"

#include <algorithm>

#include "manifest/glob_segment.h"

namespace thumbs::manifest {
namespace {

/// The index after the comment at `at`; `at` if there is none or it is not closed.
std::size_t skip_comment(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) == "//") return std::min(text.find_first_of("\r\n", at), text.size());
  if (text.substr(at, 2) != "/*") return at;
  const std::size_t close = text.find("*/", at + 2);
  return close == std::string_view::npos ? at : close + 2;
}

std::size_t string_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

}  // namespace

std::size_t skip_blank(std::string_view text, std::size_t at) {
  while (true) {
    const std::size_t solid = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    at = skip_comment(text, solid);
    if (at == solid) return at;
  }
}

std::size_t token_end(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  switch (text[at]) {
    case '"': return string_end(text, at);
    case 't':
    case 'n': return std::min(at + 4, text.size());
    case 'f': return std::min(at + 5, text.size());
    case '{':
    case '}':
    case '[':
    case ']':
    case ',':
    case ':': return at + 1;
    default: return std::max(at + 1, std::min(text.find_first_not_of("+-.eE0123456789", at), text.size()));
  }
}

std::optional<std::size_t> find_bad_byte(std::string_view text) {
  constexpr char32_t k_last_character = 0x10FFFF;
  for (std::size_t at = 0; at < text.size();) {
    const auto [character, size] = first_character(text.substr(at));
    if (character > k_last_character || character == 0) return at;
    at += size;
  }
  return std::nullopt;
}

}  // namespace thumbs::manifest
