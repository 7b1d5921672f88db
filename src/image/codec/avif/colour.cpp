// H.273, equations 20 to 40 (ranges) and 41 to 46, 50 to 53 (matrices), in integers.
#include "image/codec/avif/colour.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>

#include "image/codec/alpha_rows.h"

namespace thumbs::image {
namespace {

constexpr int k_bits = 24;
constexpr double k_full_16 = 65535;

struct Weights {
  double red, blue;
};

/// Kr and Kb of H.273's table 4. Unspecified is BT.601, as libavif and libheif have it.
std::optional<Weights> weights_of(int matrix) {
  switch (matrix) {
    case AVIF_MATRIX_COEFFICIENTS_BT709: return Weights{0.2126, 0.0722};
    case AVIF_MATRIX_COEFFICIENTS_FCC: return Weights{0.30, 0.11};
    case AVIF_MATRIX_COEFFICIENTS_UNSPECIFIED:
    case AVIF_MATRIX_COEFFICIENTS_BT470BG:
    case AVIF_MATRIX_COEFFICIENTS_BT601: return Weights{0.299, 0.114};
    case AVIF_MATRIX_COEFFICIENTS_SMPTE240: return Weights{0.212, 0.087};
    case AVIF_MATRIX_COEFFICIENTS_BT2020_NCL: return Weights{0.2627, 0.0593};
    default: return std::nullopt;
  }
}

bool is_bt601(int matrix) {
  const auto weights = weights_of(matrix);
  return weights && weights->red == 0.299;
}

using Matrix = std::array<std::array<double, 3>, 3>;

Matrix matrix_of(int matrix) {
  if (matrix == AVIF_MATRIX_COEFFICIENTS_IDENTITY) return {{{0, 0, 1}, {1, 0, 0}, {0, 1, 0}}};
  if (matrix == AVIF_MATRIX_COEFFICIENTS_YCGCO) return {{{1, -1, 1}, {1, 1, 0}, {1, -1, -1}}};
  const auto [red, blue] = *weights_of(matrix);
  const double green = 1 - red - blue, v = 2 * (1 - red), u = 2 * (1 - blue);
  return {{{1, 0, v}, {1, -blue * u / green, -red * v / green}, {1, u, 0}}};
}

bool is_centred(const avifImage& image) {
  return image.yuvFormat == AVIF_PIXEL_FORMAT_YUV444 ||
         image.yuvChromaSamplePosition == AVIF_CHROMA_SAMPLE_POSITION_UNKNOWN;
}

std::uint16_t clamp_16(std::int64_t value) {
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(value, 0, 65535));
}

}  // namespace

ColourModel avif_model(const avifImage& image, bool alpha) {
  if (image.yuvFormat == AVIF_PIXEL_FORMAT_YUV400) return ColourModel::grey;
  return !alpha && is_bt601(image.matrixCoefficients) && is_centred(image) ? ColourModel::ycbcr : ColourModel::rgb;
}

bool avif_matrix_known(const avifImage& image) {
  if (image.yuvFormat == AVIF_PIXEL_FORMAT_YUV400 || weights_of(image.matrixCoefficients)) return true;
  const bool identity = image.matrixCoefficients == AVIF_MATRIX_COEFFICIENTS_IDENTITY;
  return (identity && image.yuvFormat == AVIF_PIXEL_FORMAT_YUV444) ||
         image.matrixCoefficients == AVIF_MATRIX_COEFFICIENTS_YCGCO;
}

AvifRows::AvifRows(const avifImage& image) : image_(image), channels_(image.alphaPlane != nullptr ? 1 : 0) {
  const bool grey = image.yuvFormat == AVIF_PIXEL_FORMAT_YUV400;
  channels_ += grey ? 1 : 3;
  const int shift = static_cast<int>(image.depth) - 8, most = (1 << image.depth) - 1;
  const bool limited = image.yuvRange == AVIF_RANGE_LIMITED;
  const bool identity = !grey && image.matrixCoefficients == AVIF_MATRIX_COEFFICIENTS_IDENTITY;
  const double luma_span = limited ? 219 << shift : most;
  const double chroma_span = identity ? luma_span : limited ? 224 << shift : most;
  zero_[0] = limited ? 16 << shift : 0;
  zero_[1] = zero_[2] = 16 * (identity ? zero_[0] : std::int64_t{128} << shift);
  const Matrix matrix = grey ? Matrix{{{1, 0, 0}, {1, 0, 0}, {1, 0, 0}}} : matrix_of(image.matrixCoefficients);
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t i = 0; i < 3; ++i) {
      const double span = i == 0 ? luma_span : 16 * chroma_span;
      factors_[c][i] = std::llround(matrix[c][i] * k_full_16 / span * (1 << k_bits));
    }
  }
  avifPixelFormatInfo info;
  avifGetPixelFormatInfo(image.yuvFormat, &info);
  const auto axis = [&](int halvings, std::uint32_t size, bool at_pixel) {
    return Axis{halvings != 0, at_pixel, static_cast<int>(halvings != 0 ? (size + 1) / 2 : size)};
  };
  across_ = axis(info.chromaShiftX, image.width, image.yuvChromaSamplePosition != AVIF_CHROMA_SAMPLE_POSITION_UNKNOWN);
  down_ = axis(info.chromaShiftY, image.height, image.yuvChromaSamplePosition == AVIF_CHROMA_SAMPLE_POSITION_COLOCATED);
  if (!grey)
    for (auto& row : chroma_) row.resize(static_cast<std::size_t>(across_.size));
}

/// The two chroma samples around a pixel's centre.
AvifRows::Place AvifRows::place(const Axis& axis, int at) {
  const int quarters = !axis.halved ? 4 * at : axis.at_pixel ? 2 * at : 2 * at - 1;
  const int first = quarters < 0 ? -1 : quarters / 4;
  return {std::clamp(first, 0, axis.size - 1), std::clamp(first + 1, 0, axis.size - 1), quarters - 4 * first};
}

int AvifRows::sample(const std::uint8_t* row, int x) const {
  if (image_.depth == 8) return row[x];
  std::uint16_t value;
  std::memcpy(&value, row + static_cast<std::ptrdiff_t>(x) * 2, sizeof value);
  return value;
}

const std::uint8_t* AvifRows::row_of(int channel, int y) const {
  return image_.yuvPlanes[channel] + static_cast<std::size_t>(image_.yuvRowBytes[channel]) * static_cast<unsigned>(y);
}

void AvifRows::blend_chroma(int y) {
  const Place at = place(down_, y);
  for (const int c : {0, 1}) {
    const std::uint8_t *first = row_of(c + 1, at.first), *second = row_of(c + 1, at.second);
    for (int x = 0; x < across_.size; ++x)
      chroma_[c][static_cast<std::size_t>(x)] = (4 - at.weight) * sample(first, x) + at.weight * sample(second, x);
  }
}

void AvifRows::read_colours(int y, std::uint16_t* out) const {
  constexpr std::int64_t k_half = std::int64_t{1} << (k_bits - 1);
  const std::uint8_t* luma = row_of(0, y);
  for (int x = 0; x < static_cast<int>(image_.width); ++x, out += channels_) {
    const std::int64_t light = sample(luma, x) - zero_[0];
    if (chroma_[0].empty()) {
      out[0] = clamp_16((light * factors_[0][0] + k_half) >> k_bits);
      continue;
    }
    const Place at = place(across_, x);
    std::int64_t chroma[2];
    for (const int c : {0, 1}) {
      const std::vector<int>& row = chroma_[c];
      chroma[c] = (4 - at.weight) * row[static_cast<std::size_t>(at.first)] +
                  at.weight * row[static_cast<std::size_t>(at.second)] - zero_[c + 1];
    }
    for (std::size_t c = 0; c < 3; ++c) {
      const std::int64_t* f = factors_[c];
      out[c] = clamp_16((light * f[0] + chroma[0] * f[1] + chroma[1] * f[2] + k_half) >> k_bits);
    }
  }
}

/// Alpha is full-range whatever the colours are; premultiplied colours are held to it.
void AvifRows::read_alpha(int y, std::uint16_t* out) const {
  const std::uint8_t* row =
      image_.alphaPlane + static_cast<std::size_t>(image_.alphaRowBytes) * static_cast<unsigned>(y);
  const std::uint64_t most = (1U << image_.depth) - 1;
  for (int x = 0; x < static_cast<int>(image_.width); ++x, out += channels_) {
    const auto value = static_cast<std::uint64_t>(sample(row, x));
    const auto alpha = static_cast<std::uint16_t>(std::min((value * 65535 + most / 2) / most, std::uint64_t{65535}));
    for (std::size_t c = 0; c + 1 < channels_; ++c)
      out[c] = image_.alphaPremultiplied != AVIF_FALSE ? std::min(out[c], alpha) : times_alpha(out[c], alpha);
    out[channels_ - 1] = alpha;
  }
}

void AvifRows::read(int y, std::uint16_t* out) {
  if (!chroma_[0].empty()) blend_chroma(y);
  read_colours(y, out);
  if (image_.alphaPlane != nullptr) read_alpha(y, out);
}

}  // namespace thumbs::image
