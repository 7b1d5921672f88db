// Sizes and durations as people read them.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "thumbs/text.h"

namespace thumbs {
namespace {

std::string fixed(double value, int decimals) {
  std::array<char, 64> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
  return {buffer.data(), std::min(static_cast<std::size_t>(std::max(length, 0)), buffer.size() - 1)};
}

}  // namespace

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " B";
  constexpr std::array<const char*, 6> k_units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (value >= 1023.95 && unit + 1 < k_units.size()) {  // what would print as 1024.0 is 1.0 of the next
    value /= 1024;
    ++unit;
  }
  return fixed(value, 1) + " " + k_units[unit];
}

std::string duration_text(double seconds) {
  if (!(seconds > 0)) seconds = 0;
  if (seconds < 9.95) return fixed(seconds, 1) + " s";
  const auto whole = static_cast<std::uint64_t>(std::min(seconds + 0.5, 1e15));
  if (whole < 60) return std::to_string(whole) + " s";
  const auto two = [](std::uint64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  if (whole < 3600) return std::to_string(whole / 60) + ":" + two(whole % 60) + " min";
  return std::to_string(whole / 3600) + ":" + two(whole / 60 % 60) + ":" + two(whole % 60) + " h";
}

}  // namespace thumbs
