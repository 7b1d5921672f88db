// libjpeg's inverse DCTs ("islow", and its reduced ones for 4x4 and 2x2 samples) as matrices of integers
// with one rounding shift at the end of each pass, so that any order of the sums gives the same bits.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace thumbs::image {

/// Coefficients beyond this, or values between the passes, are left to libjpeg: with them its own 16-bit arithmetic may
/// overflow.
inline constexpr int k_most_idct_value = 16383;

struct IdctWeights {
  std::int16_t first;
  std::int16_t second;
};

/// From 8 inputs d to N outputs: out[k] and out[N - 1 - k] are the sum and the difference of an even part (of d[0],
/// d[partner], d[2] and d[6]) and an odd part (of d[1], d[3], d[5] and d[7]). The constants are those of Loeffler,
/// Ligtenberg and Moschytz (1989) times 2^13, in the combinations that libjpeg's jidctint.c and jidctred.c sum up to.
template <int N>
struct Idct;

template <>
struct Idct<8> {
  static constexpr std::size_t partner = 4;
  static constexpr int first_shift = 11;
  static constexpr int second_shift = 18;
  static constexpr IdctWeights even_04[] = {{8192, 8192}, {8192, -8192}, {8192, -8192}, {8192, 8192}};
  static constexpr IdctWeights even_26[] = {
      {4433 + 6270, 4433}, {4433, 4433 - 15137}, {-4433, 15137 - 4433}, {-4433 - 6270, -4433}};
  static constexpr IdctWeights odd_13[] = {{12299 - 7373 - 3196 + 9633, 9633},
                                           {9633, 25172 - 20995 - 16069 + 9633},
                                           {-3196 + 9633, -20995 + 9633},
                                           {-7373 + 9633, -16069 + 9633}};
  static constexpr IdctWeights odd_57[] = {{-3196 + 9633, -7373 + 9633},
                                           {-20995 + 9633, -16069 + 9633},
                                           {16819 - 20995 - 3196 + 9633, 9633},
                                           {9633, 2446 - 7373 - 16069 + 9633}};
};

template <>
struct Idct<4> {
  static constexpr std::size_t partner = 0;
  static constexpr int first_shift = 12;
  static constexpr int second_shift = 19;
  static constexpr IdctWeights even_04[] = {{16384, 0}, {16384, 0}};
  static constexpr IdctWeights even_26[] = {{15137, -6270}, {-15137, 6270}};
  static constexpr IdctWeights odd_13[] = {{20995, 7373}, {8697, -17799}};
  static constexpr IdctWeights odd_57[] = {{-4926, -4176}, {11893, -1730}};
};

template <>
struct Idct<2> {
  static constexpr std::size_t partner = 0;  // 2^15 is too much for one weight of 16 bits
  static constexpr int first_shift = 13;
  static constexpr int second_shift = 20;
  static constexpr IdctWeights even_04[] = {{16384, 16384}};
  static constexpr IdctWeights even_26[] = {{0, 0}};
  static constexpr IdctWeights odd_13[] = {{29692, -10426}};
  static constexpr IdctWeights odd_57[] = {{6967, -5906}};
};

/// One pass over 8 numbers that lie `stride` apart.
template <int N>
std::array<int, N> idct_pass(const std::int16_t* in, std::size_t stride, int shift) {
  using M = Idct<N>;
  const auto d = [&](std::size_t i) { return static_cast<int>(in[i * stride]); };
  const auto sum = [](IdctWeights w, int a, int b) { return w.first * a + w.second * b; };
  const int half = 1 << (shift - 1);
  std::array<int, N> out{};
  for (std::size_t k = 0; k < N / 2; ++k) {
    const int even = sum(M::even_04[k], d(0), d(M::partner)) + sum(M::even_26[k], d(2), d(6));
    const int odd = sum(M::odd_13[k], d(1), d(3)) + sum(M::odd_57[k], d(5), d(7));
    out[k] = (even + odd + half) >> shift;
    out[N - 1 - k] = (even - odd + half) >> shift;
  }
  return out;
}

inline std::uint8_t idct_sample(int value) { return static_cast<std::uint8_t>(std::clamp(value + 128, 0, 255)); }

/// A block of 8×8 coefficients (natural order, multiplied out) → N×N samples, rows `stride` apart. False if a value
/// between the passes is beyond k_most_idct_value.
template <int N>
bool idct_block(const std::int16_t* coefficients, std::uint8_t* out, std::size_t stride) {
  std::array<std::array<std::int16_t, 8>, N> between;
  int most = 0;
  for (std::size_t x = 0; x < 8; ++x) {
    const std::array<int, N> column = idct_pass<N>(coefficients + x, 8, Idct<N>::first_shift);
    for (std::size_t y = 0; y < N; ++y) {
      const int bounded = std::clamp(column[y], -k_most_idct_value - 1, k_most_idct_value + 1);
      between[y][x] = static_cast<std::int16_t>(bounded);
      most = std::max(most, std::max(bounded, -bounded));
    }
  }
  for (std::size_t y = 0; y < N; ++y) {
    const std::array<int, N> row = idct_pass<N>(between[y].data(), 1, Idct<N>::second_shift);
    for (std::size_t x = 0; x < N; ++x) out[y * stride + x] = idct_sample(row[x]);
  }
  return most <= k_most_idct_value;
}

/// libjpeg's jpeg_idct_1x1: an eighth of the DC coefficient, half up, around 128; ten bits of it count.
inline std::uint8_t idct_1x1(int dc) {
  const int eighth = ((dc + 4) >> 3) & 1023;
  return idct_sample(eighth < 512 ? eighth : eighth - 1024);
}

}  // namespace thumbs::image
