// Parses sizes.
#include <cmath>
#include <string>

#include "thumbs/text.h"

namespace thumbs {
namespace {

constexpr std::string_view k_digits = "0123456789";

/// Removes the digits at the start of `text` and returns them.
std::string_view take_digits(std::string_view& text) {
  const std::string_view digits = text.substr(0, text.find_first_not_of(k_digits));
  text.remove_prefix(digits.size());
  return digits;
}

/// The bytes of a unit; empty if it is unknown.
std::optional<double> unit_bytes(std::string_view text) {
  std::string unit;
  for (const char c : text) unit += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (unit.empty() || unit == "b") return 1;
  constexpr std::string_view k_prefixes = "kmgt";
  const std::size_t power = k_prefixes.find(unit.front());
  if (power == std::string_view::npos) return std::nullopt;
  const std::string_view rest = std::string_view(unit).substr(1);
  if (rest != "" && rest != "b" && rest != "i" && rest != "ib") return std::nullopt;
  return std::pow(rest == "b" ? 1000.0 : 1024.0, static_cast<double>(power + 1));
}

double value_of(std::string_view digits) {
  double value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
    if (fraction.empty()) return std::nullopt;
  }
  // 15 digits are exact in a double; longer numbers exceed the limit or are more precise than bytes.
  if (whole.empty() || whole.size() > 16 || fraction.size() > 9) return std::nullopt;
  if (text.starts_with(' ') && text.size() > 1) text.remove_prefix(1);
  const std::optional<double> unit = unit_bytes(text);
  if (!unit) return std::nullopt;
  const double part = value_of(fraction) / std::pow(10.0, static_cast<double>(fraction.size()));
  const double bytes = value_of(whole) * *unit + std::round(part * *unit);
  if (bytes > static_cast<double>(k_max_size)) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace thumbs
