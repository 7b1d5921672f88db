// The tables of the 4×4 modes (RFC 6386, 12.3), the transform of the DCs (14.3), and all else without vectors.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "image/codec/webp/vp8/blocks.h"

namespace thumbs::image::vp8 {
namespace {

constexpr std::uint8_t k_none = 0x80;

/// Where the edge has its samples.
enum Around : std::uint8_t { L, K, J, I, X, A, B, C, D, E, F, G, H };

constexpr std::uint8_t blurred(int at) { return static_cast<std::uint8_t>(at + 16); }
constexpr std::uint8_t between(int at) { return static_cast<std::uint8_t>(at + 32); }  // and the next one

/// Row by row, as the RFC has them. Blurred beyond its ends the edge goes on with its last sample.
constexpr std::uint8_t k_places[k_modes_4][16] = {
    {},
    {},
    {blurred(A), blurred(B), blurred(C), blurred(D), blurred(A), blurred(B), blurred(C), blurred(D),  //
     blurred(A), blurred(B), blurred(C), blurred(D), blurred(A), blurred(B), blurred(C), blurred(D)},
    {blurred(I), blurred(I), blurred(I), blurred(I), blurred(J), blurred(J), blurred(J), blurred(J),  //
     blurred(K), blurred(K), blurred(K), blurred(K), blurred(L), blurred(L), blurred(L), blurred(L)},
    {blurred(X), blurred(A), blurred(B), blurred(C), blurred(I), blurred(X), blurred(A), blurred(B),  //
     blurred(J), blurred(I), blurred(X), blurred(A), blurred(K), blurred(J), blurred(I), blurred(X)},
    {between(X), between(A), between(B), between(C), blurred(X), blurred(A), blurred(B), blurred(C),  //
     blurred(I), between(X), between(A), between(B), blurred(J), blurred(X), blurred(A), blurred(B)},
    {blurred(B), blurred(C), blurred(D), blurred(E), blurred(C), blurred(D), blurred(E), blurred(F),  //
     blurred(D), blurred(E), blurred(F), blurred(G), blurred(E), blurred(F), blurred(G), blurred(H)},
    {between(A), between(B), between(C), between(D), blurred(B), blurred(C), blurred(D), blurred(E),  //
     between(B), between(C), between(D), blurred(F), blurred(C), blurred(D), blurred(E), blurred(G)},
    {between(I), blurred(X), blurred(A), blurred(B), between(J), blurred(I), between(I), blurred(X),  //
     between(K), blurred(J), between(J), blurred(I), between(L), blurred(K), between(K), blurred(J)},
    {between(J), blurred(J), between(K), blurred(K), between(K), blurred(K), between(L), blurred(L),  //
     between(L), blurred(L), L, L, L, L, L, L},
};

constexpr PredictionPlaces places_of(std::size_t mode) {
  PredictionPlaces places{};
  for (std::size_t i = 0; i < 16; ++i) {
    const std::uint8_t place = k_places[mode][i], in = place & 15;
    places.raw[i] = place < 16 ? in : k_none;
    places.blurred[i] = place >= 16 && place < 32 ? in : k_none;
    places.between[i] = place >= 32 ? in : k_none;
  }
  return places;
}

std::uint8_t clipped(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

// Products with √2 cos(π/8) and √2 sin(π/8), as 14.3 of the RFC rounds them.
int times_1_3066(int value) { return value + (value * 20091 >> 16); }
int times_0_5412(int value) { return value * 35468 >> 16; }

using Square = std::array<std::array<int, 4>, 4>;

Square transposed(const Square& in) {
  Square out;
  for (std::size_t y = 0; y < 4; ++y)
    for (std::size_t x = 0; x < 4; ++x) out[x][y] = in[y][x];
  return out;
}

Square forward_down(const Square& in) {
  Square out;
  for (std::size_t x = 0; x < 4; ++x) {
    const int a0 = in[0][x] + in[3][x], a1 = in[1][x] + in[2][x];
    const int a2 = in[1][x] - in[2][x], a3 = in[0][x] - in[3][x];
    out[0][x] = a0 + a1;
    out[1][x] = times_1_3066(a3) + times_0_5412(a2);
    out[2][x] = a0 - a1;
    out[3][x] = times_0_5412(a3) - times_1_3066(a2);
  }
  return out;
}

Square inverse_down(const Square& in) {
  Square out;
  for (std::size_t x = 0; x < 4; ++x) {
    const int a = in[0][x] + in[2][x], b = in[0][x] - in[2][x];
    const int c = times_0_5412(in[1][x]) - times_1_3066(in[3][x]);
    const int d = times_1_3066(in[1][x]) + times_0_5412(in[3][x]);
    out[0][x] = a + d, out[1][x] = b + c, out[2][x] = b - c, out[3][x] = a - d;
  }
  return out;
}

Square difference(Samples a, Samples b) {
  Square out;
  for (std::size_t y = 0; y < 4; ++y, a.at += a.stride, b.at += b.stride)
    for (std::size_t x = 0; x < 4; ++x) out[y][x] = a.at[x] - b.at[x];
  return out;
}

Square hadamard_down(const Square& in) {
  Square out;
  for (std::size_t x = 0; x < 4; ++x) {
    const int a = in[0][x] + in[2][x], b = in[1][x] + in[3][x], c = in[0][x] - in[2][x], d = in[1][x] - in[3][x];
    out[0][x] = a + b, out[1][x] = a - b, out[2][x] = c + d, out[3][x] = c - d;
  }
  return out;
}

int distance_4(Samples source, Samples prediction) {
  const Square square = hadamard_down(transposed(hadamard_down(difference(source, prediction))));
  int sum = 0;
  for (const auto& row : square)
    for (const int value : row) sum += std::abs(value);
  return sum;
}

}  // namespace

const PredictionPlaces k_prediction_places[k_modes_4] = {places_of(0), places_of(1), places_of(2), places_of(3),
                                                         places_of(4), places_of(5), places_of(6), places_of(7),
                                                         places_of(8), places_of(9)};

Quantiser Quantiser::of(int dc_step, int ac_step, int dc_bias, int ac_bias) {
  Quantiser quantiser;
  for (int i = 0; i < 16; ++i) {
    const int step = i == 0 ? dc_step : ac_step, bias = i == 0 ? dc_bias : ac_bias;
    quantiser.step[i] = static_cast<std::int16_t>(step);
    quantiser.inverse[i] = static_cast<std::int16_t>((65536 + step - 1) / step);
    quantiser.rounding[i] = static_cast<std::int16_t>(step * bias >> 8);
  }
  return quantiser;
}

Coefficients gathered_dcs(const Coefficients (&blocks)[16]) {
  Square dcs;
  for (std::size_t i = 0; i < 16; ++i) dcs[i / 4][i % 4] = blocks[i].at[0];
  const auto sequency = [](const Square& in) {
    Square out;
    for (std::size_t x = 0; x < 4; ++x) {
      const int a = in[0][x] + in[3][x], b = in[1][x] + in[2][x], c = in[1][x] - in[2][x], d = in[0][x] - in[3][x];
      out[0][x] = a + b, out[1][x] = d + c, out[2][x] = a - b, out[3][x] = d - c;
    }
    return out;
  };
  const Square square = transposed(sequency(transposed(sequency(dcs))));
  Coefficients out;
  for (std::size_t i = 0; i < 16; ++i) out.at[i] = static_cast<std::int16_t>(square[i / 4][i % 4] >> 1);
  return out;
}

void spread_dcs(const Coefficients& dcs, Coefficients (&blocks)[16]) {
  Square square;
  for (std::size_t i = 0; i < 16; ++i) square[i / 4][i % 4] = dcs.at[i];
  const auto back = [](const Square& in, int rounding) {
    Square out;
    for (std::size_t x = 0; x < 4; ++x) {
      const int first = in[0][x] + rounding;
      const int a = first + in[3][x], b = in[1][x] + in[2][x], c = in[1][x] - in[2][x], d = first - in[3][x];
      out[0][x] = a + b, out[1][x] = d + c, out[2][x] = a - b, out[3][x] = d - c;
    }
    return out;
  };
  const Square out = transposed(back(transposed(back(square, 0)), 3));
  for (std::size_t i = 0; i < 16; ++i) blocks[i].at[0] = static_cast<std::int16_t>(out[i / 4][i % 4] >> 3);
}

namespace plain {

void predict(const Edge& edge, Samples source, Predictions& out) {
  const std::uint8_t* e = edge.at;
  std::uint8_t tables[48] = {};
  for (int i = 0; i <= H; ++i) {
    const int before = e[std::max(i - 1, 0)], behind = e[std::min<int>(i + 1, H)];
    tables[i] = e[i];
    tables[16 + i] = static_cast<std::uint8_t>((before + 2 * e[i] + behind + 2) >> 2);
    tables[32 + i] = static_cast<std::uint8_t>((e[i] + behind + 1) >> 1);
  }
  int dc = 4;
  for (int i = 0; i < 4; ++i) dc += e[L + i] + e[A + i];
  for (int i = 0; i < 16; ++i) {
    out.at[dc_pred][i] = static_cast<std::uint8_t>(dc >> 3);
    out.at[tm_pred][i] = clipped(e[I - i / 4] + e[A + i % 4] - e[X]);
    for (std::size_t mode = v_pred; mode < k_modes_4; ++mode) out.at[mode][i] = tables[k_places[mode][i]];
  }
  for (std::size_t mode = 0; mode < k_modes_4; ++mode) out.distance[mode] = distance_4(source, {out.at[mode], 4});
}

int distance(Samples source, Samples prediction, int width, int height) {
  int sum = 0;
  for (int y = 0; y < height; y += 4)
    for (int x = 0; x < width; x += 4) sum += distance_4(source.moved(x, y), prediction.moved(x, y));
  return sum;
}

Coefficients transformed(Samples source, Samples prediction) {
  Square square = difference(source, prediction);
  for (auto& row : square)
    for (int& value : row) value *= 8;  // as much as 16 bits hold
  square = transposed(forward_down(transposed(forward_down(square))));
  Coefficients out;
  for (std::size_t i = 0; i < 16; ++i) out.at[i] = static_cast<std::int16_t>((square[i / 4][i % 4] + 8) >> 4);
  return out;
}

void quantise(Coefficients& coefficients, const Quantiser& quantiser, int first, Levels& levels) {
  levels.last = -1;
  levels.at[0] = 0;
  for (int n = first; n < 16; ++n) {
    const std::size_t i = k_zigzag[n];
    const int value = coefficients.at[i];
    const int level = (std::abs(value) + quantiser.rounding[i]) * quantiser.inverse[i] >> 16;
    levels.at[n] = static_cast<std::int16_t>(value < 0 ? -level : level);
    coefficients.at[i] = static_cast<std::int16_t>(levels.at[n] * quantiser.step[i]);
    if (level != 0) levels.last = n;
  }
}

int restored(const Coefficients& coefficients, Samples source, Samples prediction, Target out) {
  Square square;
  for (std::size_t i = 0; i < 16; ++i) square[i / 4][i % 4] = coefficients.at[i];
  square = inverse_down(square);
  Square turned = transposed(square);
  for (int& value : turned[0]) value += 4;
  square = transposed(inverse_down(turned));
  int error = 0;
  for (std::size_t y = 0; y < 4; ++y) {
    for (std::size_t x = 0; x < 4; ++x) {
      out.at[x] = clipped(prediction.at[x] + (square[y][x] >> 3));
      const int difference = source.at[x] - out.at[x];
      error += difference * difference;
    }
    out.at += out.stride, source.at += source.stride, prediction.at += prediction.stride;
  }
  return error;
}

}  // namespace plain
}  // namespace thumbs::image::vp8
