// Percent-encodes and decodes paths.
#include "lockfile/spelling.h"

#include <algorithm>

#include "support/utf8.h"

namespace thumbs::lockfile {
namespace {

constexpr std::string_view k_digits = "0123456789ABCDEF";

bool is_plain(char c) { return c >= 0x20 && c < 0x7F && c != '%'; }

// Control characters and line separators.
bool is_control(std::string_view sequence) {
  const unsigned char first = byte_at(sequence, 0);
  if (sequence.size() == 1) return first < 0x20 || first == 0x7F;
  if (sequence.size() == 2) return first == 0xC2 && byte_at(sequence, 1) < 0xA0;
  return sequence == "\u2028" || sequence == "\u2029";
}

void append_encoded(std::string& out, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out += '%';
    out += k_digits[byte_at(bytes, i) >> 4];
    out += k_digits[byte_at(bytes, i) & 15];
  }
}

int value_of(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view spelled) {
  std::string path;
  path.reserve(spelled.size());
  for (std::size_t i = 0; i < spelled.size(); ++i) {
    if (spelled[i] != '%') {
      path += spelled[i];
      continue;
    }
    const int high = i + 2 < spelled.size() ? value_of(spelled[i + 1]) : -1;
    const int low = i + 2 < spelled.size() ? value_of(spelled[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    path += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return path;
}

// Whether normalise_path() would not change it, and it names no folder itself. Called for every line, so it is fast.
bool is_normal(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  bool up = true;  // only ".." so far
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view segment = path.substr(start, end - start);
    start = end + 1;
    if (segment.empty() || segment == "." || (segment == ".." && !up)) return false;
    up = up && segment == "..";
  }
  return !up;
}

}  // namespace

void append_lockfile_path(std::string& out, std::string_view path) {
  while (!path.empty()) {
    const auto plain = static_cast<std::size_t>(std::find_if_not(path.begin(), path.end(), is_plain) - path.begin());
    out += path.substr(0, plain);
    path.remove_prefix(plain);
    if (path.empty()) return;
    const std::size_t length = utf8_length(path);
    const std::string_view sequence = path.substr(0, length == 0 ? 1 : length);
    if (length == 0 || path[0] == '%' || is_control(sequence)) {
      append_encoded(out, sequence);
    } else {
      out += sequence;
    }
    path.remove_prefix(sequence.size());
  }
}

std::optional<std::string> read_lockfile_path(std::string_view spelled) {
  std::optional<std::string> path =
      spelled.find('%') == std::string_view::npos ? std::string(spelled) : decoded(spelled);
  if (path && !is_normal(*path)) return std::nullopt;
  return path;
}

}  // namespace thumbs::lockfile
