// Escaping for JSON and for terminals.
#include "support/utf8.h"
#include "thumbs/text.h"

namespace thumbs {
namespace {

void append_octal(std::string& out, unsigned char byte) {
  out += '\\';
  for (int shift = 6; shift >= 0; shift -= 3) out += static_cast<char>('0' + ((byte >> shift) & 7));
}

void append_percent(std::string& out, unsigned char byte) {
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  out += '%';
  out += k_digits[byte >> 4];
  out += k_digits[byte & 15];
}

/// Characters that control a terminal: C0, DEL, C1, line separators and bidirectional controls.
bool is_unsafe(std::string_view sequence) {
  const unsigned char first = byte_at(sequence, 0);
  if (sequence.size() == 1) return first < 0x20 || first == 0x7F;
  if (sequence.size() == 2) return first == 0xC2 && byte_at(sequence, 1) < 0xA0;
  if (sequence.size() != 3 || first != 0xE2) return false;
  const int low = ((byte_at(sequence, 1) & 0x3F) << 6) | (byte_at(sequence, 2) & 0x3F);
  return (low >= 0x28 && low <= 0x2E) || (low >= 0x66 && low <= 0x69);  // U+2028…U+202E, U+2066…U+2069
}

void append_escaped(std::string& out, std::string_view sequence) {
  constexpr std::string_view k_controls = "\a\b\t\n\v\f\r";
  const std::size_t control = k_controls.find(sequence[0]);
  if (control != std::string_view::npos) {
    out += '\\';
    out += "abtnvfr"[control];
    return;
  }
  for (std::size_t i = 0; i < sequence.size(); ++i) append_octal(out, byte_at(sequence, i));
}

/// Escapes unsafe characters and those in `also`. Returns whether there were any.
bool escape(std::string_view text, std::string_view also, std::string& out) {
  bool escaped = false;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view sequence = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(sequence.size());
    if (also.find(sequence[0]) != std::string_view::npos) {
      out += '\\';
      out += sequence[0];
    } else if (length == 0 || is_unsafe(sequence)) {
      append_escaped(out, sequence);
    } else {
      out += sequence;
      continue;
    }
    escaped = true;
  }
  return escaped;
}

}  // namespace

std::string json_path(std::string_view path) {
  if (path.find('%') == std::string_view::npos && is_utf8(path)) return std::string(path);
  std::string out;
  while (!path.empty()) {
    const std::size_t length = utf8_length(path);
    if (length == 0 || path[0] == '%') {
      append_percent(out, byte_at(path, 0));
      path.remove_prefix(1);
    } else {
      out += path.substr(0, length);
      path.remove_prefix(length);
    }
  }
  return out;
}

std::string display_name(std::string_view name) {
  std::string out = "\"";
  if (!escape(name, "\"\\", out)) return std::string(name);
  return out + '"';
}

std::string printable(std::string_view message) {
  std::string out;
  escape(message, "", out);
  return out;
}

}  // namespace thumbs
