// CSS lengths (CSS Values 3, section 6) and RFC 2397.
#include "image/codec/svg/values.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

namespace thumbs::image {
namespace {

constexpr std::string_view k_svg_blanks = " \t\r\n\f";

std::string_view trimmed_value(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(k_svg_blanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(k_svg_blanks) + 1 - begin);
}

/// Takes a number off `text`.
std::optional<double> taken_number(std::string_view& text) {
  text = text.substr(std::min(text.find_first_not_of(" \t\r\n\f,"), text.size()));
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

int digit_of_base64(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

}  // namespace

std::optional<double> svg_length(std::string_view text) {
  constexpr std::pair<std::string_view, double> k_units[] = {{"", 1},    {"px", 1},           {"pt", 96.0 / 72},
                                                             {"pc", 16}, {"in", 96},          {"em", 16},
                                                             {"ex", 8},  {"mm", 96.0 / 25.4}, {"cm", 960.0 / 25.4}};
  text = trimmed_value(text);
  const std::optional<double> number = taken_number(text);
  if (!number) return std::nullopt;
  for (const auto& [unit, pixels] : k_units)
    if (text == unit) return *number * pixels;
  return std::nullopt;
}

std::optional<std::array<double, 4>> svg_view_box(std::string_view text) {
  std::array<double, 4> box{};
  for (double& value : box) {
    const std::optional<double> number = taken_number(text);
    if (!number) return std::nullopt;
    value = *number;
  }
  return box[2] > 0 && box[3] > 0 ? std::optional(box) : std::nullopt;
}

std::vector<std::byte> svg_data(std::string_view uri) {
  uri = trimmed_value(uri);
  const std::size_t comma = uri.find(',');
  if (!uri.starts_with("data:image/") || comma == uri.npos || !uri.substr(0, comma).ends_with(";base64")) return {};
  std::vector<std::byte> bytes;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : uri.substr(comma + 1)) {
    if (c == '=') break;
    if (k_svg_blanks.find(c) != k_svg_blanks.npos) continue;
    const int digit = digit_of_base64(c);
    if (digit < 0) return {};
    held = held << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::byte>(held >> bits));
  }
  return bytes;
}

}  // namespace thumbs::image
