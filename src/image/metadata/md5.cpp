// The plain algorithm, its constants computed as the RFC defines them.
#include "image/metadata/md5.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace thumbs::image {
namespace {

constexpr std::size_t k_block_bytes = 64;
using State = std::array<std::uint32_t, 4>;

std::array<std::uint32_t, 64> sines() {
  std::array<std::uint32_t, 64> out{};
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::uint32_t>(std::floor(std::abs(std::sin(static_cast<double>(i + 1))) * 4294967296.0));
  return out;
}

/// The function of a round and the word that it takes.
struct Step {
  std::uint32_t f;
  std::size_t word;
};
Step step_of(std::size_t i, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  switch (i / 16) {
    case 0: return {(b & c) | (~b & d), i};
    case 1: return {(d & b) | (~d & c), (5 * i + 1) % 16};
    case 2: return {b ^ c ^ d, (3 * i + 5) % 16};
    default: return {c ^ (b | ~d), 7 * i % 16};
  }
}

void add_block(State& state, const std::byte* block) {
  static const std::array<std::uint32_t, 64> k_sines = sines();
  constexpr int k_turns[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  std::array<std::uint32_t, 16> words{};
  for (std::size_t i = 0; i < k_block_bytes; ++i)
    words[i / 4] |= std::to_integer<std::uint32_t>(block[i]) << 8 * (i % 4);
  auto [a, b, c, d] = state;
  for (std::size_t i = 0; i < 64; ++i) {
    const auto [f, word] = step_of(i, b, c, d);
    const std::uint32_t sum = a + f + k_sines[i] + words[word];
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, k_turns[i / 16][i % 4]);
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
}

}  // namespace

std::string md5_hex(std::span<const std::byte> bytes) {
  State state = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
  const std::size_t whole = bytes.size() / k_block_bytes * k_block_bytes;
  for (std::size_t at = 0; at < whole; at += k_block_bytes) add_block(state, bytes.data() + at);
  std::vector<std::byte> rest(bytes.begin() + static_cast<std::ptrdiff_t>(whole), bytes.end());
  rest.push_back(std::byte{0x80});
  while (rest.size() % k_block_bytes != k_block_bytes - 8) rest.push_back(std::byte{0});
  for (int shift = 0; shift < 64; shift += 8)
    rest.push_back(static_cast<std::byte>(std::uint64_t{bytes.size()} * 8 >> shift));
  for (std::size_t at = 0; at < rest.size(); at += k_block_bytes) add_block(state, rest.data() + at);
  std::string hex;
  for (std::size_t i = 0; i < 16; ++i) {
    const unsigned byte = state[i / 4] >> 8 * (i % 4) & 255;
    hex += "0123456789ABCDEF"[byte >> 4];
    hex += "0123456789ABCDEF"[byte & 15];
  }
  return hex;
}

}  // namespace thumbs::image
