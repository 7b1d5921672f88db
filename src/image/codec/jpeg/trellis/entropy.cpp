// Ideal code lengths, -log2 of the frequency, in whole numbers: they must not hang on a machine's log2.
#include "image/codec/jpeg/trellis/entropy.h"

#include <algorithm>
#include <span>

namespace thumbs::image {
namespace {

constexpr int k_symbol_end = 0x00;
constexpr int k_symbol_zeros = 0xF0;
constexpr std::int32_t k_table_byte = 8 * k_rate_bit;

/// log2(1 + i / 256) in units of 1/k_rate_bit, rounded down: bit by bit, by squaring.
constexpr std::array<std::uint8_t, 256> log2_table() {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    std::uint64_t mantissa = (256 + i) << 23;  // 1 to 2, with 31 fractional bits
    unsigned log = 0;
    for (int unit = k_rate_bit; unit > 1; unit /= 2) {
      mantissa = mantissa * mantissa >> 31;
      const unsigned carry = mantissa >> 32 != 0 ? 1 : 0;
      mantissa >>= carry;
      log = 2 * log + carry;
    }
    table[i] = static_cast<std::uint8_t>(log);
  }
  return table;
}
constexpr std::array<std::uint8_t, 256> k_log2 = log2_table();

/// log2(value) in units of 1/k_rate_bit, to within 2 of them. REQUIRES value ≥ 1.
std::int32_t log2_of(std::uint32_t value) {
  const int whole = static_cast<int>(std::bit_width(value)) - 1;
  const auto mantissa = static_cast<std::size_t>((std::uint64_t{value} << 8 >> whole) & 255);
  return whole * k_rate_bit + k_log2[mantissa];
}

std::uint32_t total_of(std::span<const int> counts) {
  std::uint32_t total = 0;
  for (const int count : counts) total += static_cast<std::uint32_t>(count);
  return total;
}

/// Of a symbol; one that was not seen costs as much as half of one that was seen once.
std::int32_t code_rate(int count, std::int32_t log_total) {
  if (count == 0) return log_total + k_rate_bit + 2 * k_table_byte;
  const std::int32_t length = std::max(log_total - log2_of(static_cast<std::uint32_t>(count)), k_rate_bit / 2);
  return length + k_table_byte / count;
}

std::int64_t bits_of(std::span<const int> counts) {
  std::int64_t bits = 0;
  const std::int32_t log_total = log2_of(std::max(total_of(counts), 1U));
  for (const int count : counts)
    if (count > 0) bits += count * std::int64_t{code_rate(count, log_total)};
  return bits;
}

}  // namespace

void JpegCounts::add(const JpegCounts& other) {
  for (std::size_t i = 0; i < dc.size(); ++i) dc[i] += other.dc[i];
  for (std::size_t i = 0; i < ac.size(); ++i) ac[i] += other.ac[i];
}

std::int64_t estimated_bits(const JpegCounts& counts) {
  constexpr std::int64_t k_heads = 2 * 17 * k_table_byte;  // class and the numbers of codes of each length
  return bits_of(counts.dc) + bits_of(counts.ac) + k_heads;
}

JpegRates::JpegRates(const JpegCounts& counts) {
  const std::int32_t log_dc = log2_of(std::max(total_of(counts.dc), 1U));
  const std::int32_t log_ac = log2_of(std::max(total_of(counts.ac), 1U));
  for (std::size_t size = 0; size < dc.size(); ++size)
    dc[size] = code_rate(counts.dc[size], log_dc) + static_cast<int>(size) * k_rate_bit;
  end = code_rate(counts.ac[k_symbol_end], log_ac);
  const std::int32_t zeros = code_rate(counts.ac[k_symbol_zeros], log_ac);
  for (std::size_t size = 1; size <= k_most_size; ++size) {
    for (std::size_t run = 0; run < 64; ++run) {
      const std::int32_t code = run < 16 ? code_rate(counts.ac[run << 4 | size], log_ac) : 0;
      ac[size][run] = run < 16 ? code + static_cast<int>(size) * k_rate_bit : ac[size][run - 16] + zeros;
    }
    least_ac[size] = *std::min_element(ac[size].begin(), ac[size].end());
  }
}

}  // namespace thumbs::image
