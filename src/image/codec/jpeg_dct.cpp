// Separable; of each pass the eight columns are done side by side, which compilers turn into vectors. IEEE's additions
// and multiplications give the same everywhere as long as none are fused: src/CMakeLists.txt forbids that.
#include "image/codec/jpeg_dct.h"

namespace thumbs {
namespace {

constexpr int k_side = 8;

struct Block {
  alignas(32) float at[k_side][k_side];
};

// cos(n π / 16) / 2, and 1 / √8.
constexpr float k_c1 = 0.490392640201615225F;
constexpr float k_c2 = 0.461939766255643378F;
constexpr float k_c3 = 0.415734806151272619F;
constexpr float k_c5 = 0.277785116509801112F;
constexpr float k_c6 = 0.191341716182544886F;
constexpr float k_c7 = 0.0975451610080641337F;
constexpr float k_c4 = 0.353553390593273762F;

/// The DCT of each column. Sums and differences of mirrored samples halve the work: T.81 names no fast algorithm.
void transform_columns(const Block& in, Block& out) {
  for (int x = 0; x < k_side; ++x) {
    const float s0 = in.at[0][x] + in.at[7][x], d0 = in.at[0][x] - in.at[7][x];
    const float s1 = in.at[1][x] + in.at[6][x], d1 = in.at[1][x] - in.at[6][x];
    const float s2 = in.at[2][x] + in.at[5][x], d2 = in.at[2][x] - in.at[5][x];
    const float s3 = in.at[3][x] + in.at[4][x], d3 = in.at[3][x] - in.at[4][x];
    const float outer = s0 + s3, inner = s1 + s2, outer_slope = s0 - s3, inner_slope = s1 - s2;
    out.at[0][x] = (outer + inner) * k_c4;
    out.at[4][x] = (outer - inner) * k_c4;
    out.at[2][x] = outer_slope * k_c2 + inner_slope * k_c6;
    out.at[6][x] = outer_slope * k_c6 - inner_slope * k_c2;
    out.at[1][x] = (d0 * k_c1 + d1 * k_c3) + (d2 * k_c5 + d3 * k_c7);
    out.at[3][x] = (d0 * k_c3 - d1 * k_c7) - (d2 * k_c1 + d3 * k_c5);
    out.at[5][x] = (d0 * k_c5 - d1 * k_c1) + (d2 * k_c7 + d3 * k_c3);
    out.at[7][x] = (d0 * k_c7 - d1 * k_c5) + (d2 * k_c3 - d3 * k_c1);
  }
}

void transpose(const Block& in, Block& out) {
  for (int y = 0; y < k_side; ++y)
    for (int x = 0; x < k_side; ++x) out.at[y][x] = in.at[x][y];
}

}  // namespace

void forward_dct(const std::array<const std::uint8_t*, 8>& rows, std::int16_t* coefficients) {
  constexpr float k_middle = 128;
  constexpr float k_offset = 16384.5F;  // cutting off what is behind the point then rounds, below 0 too
  Block a, b;
  for (int y = 0; y < k_side; ++y)
    for (int x = 0; x < k_side; ++x) a.at[y][x] = static_cast<float>(rows[static_cast<std::size_t>(y)][x]) - k_middle;
  transform_columns(a, b);
  transpose(b, a);
  transform_columns(a, b);
  alignas(32) std::int16_t transposed[64];
  for (int i = 0; i < 64; ++i) {
    const float scaled = b.at[i / k_side][i % k_side] * k_dct_scale;
    transposed[i] = static_cast<std::int16_t>(static_cast<std::int32_t>(scaled + k_offset) - 16384);
  }
  for (std::size_t k = 0; k < 64; ++k) {
    const int natural = k_zigzag[k];
    coefficients[k] = transposed[natural % k_side * k_side + natural / k_side];
  }
}

}  // namespace thumbs
