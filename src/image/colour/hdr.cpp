// Tables of light, one matrix, and a roll-off of the largest channel. Formulas: ITU-R BT.2100-2, BT.2408-7.
#include "image/colour/hdr.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <optional>
#include <vector>

#include "image/resize/linear_light.h"
#include "support/work_limit.h"

namespace thumbs::image {
namespace {

constexpr double k_white = 203;         // cd/m²
constexpr double k_hlg_display = 1000;  // cd/m² at full signal
constexpr double k_hlg_gamma = 1.2;
constexpr double k_knee = 0.8;
constexpr std::uint32_t k_full = 65535;

using Vector = std::array<double, 3>;
using Matrix = std::array<Vector, 3>;

/// In units of the white.
double pq_light(double signal) {
  constexpr double m1 = 2610.0 / 16384, m2 = 2523.0 / 32, c1 = 3424.0 / 4096, c2 = 2413.0 / 128, c3 = 2392.0 / 128;
  const double power = std::pow(signal, 1 / m2);
  return std::pow(std::max(power - c1, 0.0) / (c2 - c3 * power), 1 / m1) * 10000 / k_white;
}

/// Of the scene, 0 to 1.
double hlg_light(double signal) {
  constexpr double a = 0.17883277, b = 1 - 4 * a, c = 0.55991073;
  return signal <= 0.5 ? signal * signal / 3 : (std::exp((signal - c) / a) + b) / 12;
}

Vector times(const Matrix& m, const Vector& v) {
  Vector out{};
  for (std::size_t i = 0; i < 3; ++i) out[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
  return out;
}

Matrix times(const Matrix& a, const Matrix& b) {
  Matrix out{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t k = 0; k < 3; ++k) out[i][j] += a[i][k] * b[k][j];
  return out;
}

std::optional<Matrix> inverse(const Matrix& m) {
  const auto minor = [&](std::size_t i, std::size_t j) {
    const std::size_t r = (i + 1) % 3, s = (i + 2) % 3, t = (j + 1) % 3, u = (j + 2) % 3;
    return m[r][t] * m[s][u] - m[r][u] * m[s][t];
  };
  const double determinant = m[0][0] * minor(0, 0) + m[0][1] * minor(0, 1) + m[0][2] * minor(0, 2);
  if (!(std::abs(determinant) > 1e-9)) return std::nullopt;
  Matrix out{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) out[j][i] = minor(i, j) / determinant;
  return out;
}

Vector xyz(Chromaticity c) { return {c.x / c.y, 1, (1 - c.x - c.y) / c.y}; }

/// RGB light → XYZ, whose white is that of D65 whatever the primaries' own: white stays white.
std::optional<Matrix> to_xyz(const Chromaticities& c) {
  if (std::min({c.white.y, c.red.y, c.green.y, c.blue.y}) <= 0) return std::nullopt;
  const Vector r = xyz(c.red), g = xyz(c.green), b = xyz(c.blue), white = xyz(c.white);
  Matrix m{{{r[0], g[0], b[0]}, {r[1], g[1], b[1]}, {r[2], g[2], b[2]}}};
  const auto inverted = inverse(m);
  if (!inverted) return std::nullopt;
  const Vector share = times(*inverted, white), d65 = xyz(k_srgb_chromaticities.white);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) m[i][j] *= share[j] * d65[i] / white[i];
  return m;
}

class HdrToSrgb final : public ToSrgb {
 public:
  HdrToSrgb(const ColourEncoding& encoding, ColourModel model, int bits, const Matrix& luminance, const Matrix& to_srgb)
      : hlg_(encoding.curve == TransferCurve::hlg), model_(model), luminance_(luminance[1]), matrix_(to_srgb) {
    light_.resize(bits == 8 ? 256 : k_full + 1);
    for (std::size_t i = 0; i < light_.size(); ++i) {
      const double signal = static_cast<double>(i) / static_cast<double>(light_.size() - 1);
      light_[i] = static_cast<float>(hlg_ ? hlg_light(signal) : pq_light(signal));
    }
  }

  void apply(Picture& picture) const override {
    assert(colour_planes(picture.model) == colour_planes(model_));
    picture.bytes_per_sample() == 1 ? convert<std::uint8_t>(picture) : convert<std::uint16_t>(picture);
  }

 private:
  template <class Sample>
  void convert(Picture& picture) const {
    const auto channels = static_cast<std::size_t>(colour_planes(model_));
    Pace pace;
    for (int y = 0; y < picture.height; ++y) {
      pace.keep(static_cast<std::size_t>(picture.width) * 3);
      std::array<Sample*, 3> rows{};
      for (std::size_t c = 0; c < channels; ++c) rows[c] = picture.planes[c].row<Sample>(y);
      const Sample* alpha = picture.premultiplied ? picture.planes.back().row<Sample>(y) : nullptr;
      for (int x = 0; x < picture.width; ++x) {
        const std::uint32_t opacity = alpha != nullptr ? alpha[x] : k_full;
        Vector rgb{};
        for (std::size_t c = 0; c < 3; ++c)
          rgb[c] = light_[straight(rows[std::min(c, channels - 1)][x], alpha, opacity)];
        rgb = mapped(rgb);
        for (std::size_t c = 0; c < channels; ++c) rows[c][x] = encoded<Sample>(rgb[c], opacity);
      }
    }
  }

  static std::uint32_t straight(std::uint32_t value, const void* alpha, std::uint32_t opacity) {
    if (alpha == nullptr) return value;
    return opacity == 0 ? 0 : std::min((value * k_full + opacity / 2) / opacity, k_full);
  }

  /// Light of the source → light of sRGB, not cut off.
  Vector mapped(Vector rgb) const {
    if (hlg_) {
      const double scene = luminance_[0] * rgb[0] + luminance_[1] * rgb[1] + luminance_[2] * rgb[2];
      const double scale = std::pow(std::max(scene, 0.0), k_hlg_gamma - 1) * k_hlg_display / k_white;
      for (double& v : rgb) v *= scale;
    }
    const double largest = std::max({rgb[0], rgb[1], rgb[2]});
    if (largest > k_knee) {
      const double over = (largest - k_knee) / (1 - k_knee);
      const double scale = (k_knee + (1 - k_knee) * over / (1 + over)) / largest;
      for (double& v : rgb) v *= scale;
    }
    return model_ == ColourModel::grey ? rgb : times(matrix_, rgb);
  }

  template <class Sample>
  static Sample encoded(double light, std::uint32_t opacity) {
    const auto index = static_cast<std::size_t>(std::clamp(light, 0.0, 1.0) * k_full + 0.5);
    const std::uint32_t stored = srgb_of_light()[index];
    if constexpr (sizeof(Sample) == 1) return static_cast<Sample>((stored + 128) / 257);
    return static_cast<Sample>((stored * opacity + k_full / 2) / k_full);
  }

  bool hlg_;
  ColourModel model_;
  Vector luminance_;  ///< what each channel adds
  Matrix matrix_;
  std::vector<float> light_;
};

}  // namespace

bool is_hdr(const ColourEncoding& encoding) {
  return encoding.curve == TransferCurve::pq || encoding.curve == TransferCurve::hlg;
}

std::shared_ptr<const ToSrgb> hdr_to_srgb(const ColourEncoding& encoding, ColourModel model, int bits) {
  assert(is_hdr(encoding) && model != ColourModel::cmyk);
  const auto from = to_xyz(encoding.chromaticities), srgb = to_xyz(k_srgb_chromaticities);
  if (!from || !srgb) return nullptr;
  return std::make_shared<HdrToSrgb>(encoding, model, bits, *from, times(*inverse(*srgb), *from));
}

}  // namespace thumbs::image
