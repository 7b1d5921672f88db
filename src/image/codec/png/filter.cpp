// Each filter in turn; loops that the compiler makes vectors of.
#include "image/codec/png/filter.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <utility>

namespace thumbs::image {
namespace {

constexpr unsigned k_filters = 5;

std::uint8_t paeth(int left, int up, int before) {
  const int to_left = std::abs(up - before), to_up = std::abs(left - before), both = std::abs(left + up - 2 * before);
  const int nearer = to_left <= to_up ? left : up;
  return static_cast<std::uint8_t>(std::min(to_left, to_up) <= both ? nearer : before);
}

/// n · log2(n), in straight lines between powers of 2: whole numbers are the same on every machine.
std::uint64_t information(std::uint32_t n) {
  const auto whole = static_cast<std::uint32_t>(std::bit_width(n)) - 1;
  return std::uint64_t{n} * whole + 2 * (std::uint64_t{n} - (std::uint64_t{1} << whole));
}

/// How alike the bytes are: the more, the fewer bits an entropy code needs for them.
std::uint64_t likeness(std::span<const std::uint8_t> bytes) {
  std::array<std::uint32_t, 256> counts{};
  for (const std::uint8_t byte : bytes) ++counts[byte];
  std::uint64_t sum = 0;
  for (const std::uint32_t count : counts)
    if (count > 0) sum += information(count);
  return sum;
}

}  // namespace

PngFilter::PngFilter(std::size_t row_bytes, std::size_t pixel_bytes, bool choose)
    : pixel_bytes_(pixel_bytes), choose_(choose), before_(row_bytes), filtered_(row_bytes) {}

/// Returns the likeness of what it wrote.
std::uint64_t PngFilter::apply(unsigned filter, const std::uint8_t* row, std::uint8_t* out) const {
  const std::uint8_t* const up = before_.data();
  const std::size_t size = before_.size(), n = std::min(pixel_bytes_, size);
  const auto with = [&](const auto& predicted_first, const auto& predicted) {
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::uint8_t>(row[i] - predicted_first(i));
    for (std::size_t i = n; i < size; ++i) out[i] = static_cast<std::uint8_t>(row[i] - predicted(i));
  };
  const auto zero = [](std::size_t) { return 0; };
  const auto above = [&](std::size_t i) { return up[i]; };
  switch (filter) {
    case 1: with(zero, [&](std::size_t i) { return row[i - n]; }); break;
    case 2: with(above, above); break;
    case 3:
      with([&](std::size_t i) { return up[i] / 2; }, [&](std::size_t i) { return (row[i - n] + up[i]) / 2; });
      break;
    case 4: with(above, [&](std::size_t i) { return paeth(row[i - n], up[i], up[i - n]); }); break;
    default: std::copy_n(row, size, out); break;
  }
  return likeness({out, size});
}

void PngFilter::add(std::span<const std::uint8_t> row, std::uint8_t* out) {
  out[0] = 0;
  if (!choose_) {
    std::ranges::copy(row, out + 1);
    return;
  }
  std::uint64_t most = apply(0, row.data(), out + 1);
  for (unsigned filter = 1; filter < k_filters; ++filter) {
    const std::uint64_t sum = apply(filter, row.data(), filtered_.data());
    if (sum <= most) continue;
    most = sum;
    out[0] = static_cast<std::uint8_t>(filter);
    std::ranges::copy(filtered_, out + 1);
  }
  std::ranges::copy(row, before_.begin());
}

}  // namespace thumbs::image
