#include "material.h"

#include <algorithm>
#include <cmath>

namespace shop {
namespace {

float lattice(std::int32_t x, std::int32_t y, std::uint32_t seed) {
  std::uint32_t h = static_cast<std::uint32_t>(x) * 0x8da6b343u ^ static_cast<std::uint32_t>(y) * 0xd8163841u ^ seed;
  h = (h ^ (h >> 13)) * 0x5bd1e995u;
  return static_cast<float>((h ^ (h >> 15)) & 0xffffu) / 65535.0f;
}

float smooth(float t) { return t * t * (3 - 2 * t); }

float fraction(float x) { return x - std::floor(x); }

// 0 to 1 and back, with soft edges so that patterns do not alias.
float wave(float x) { return std::clamp((std::abs(fraction(x) - 0.5f) - 0.2f) * 12, 0.0f, 1.0f); }

}  // namespace

Rgb hsv(float hue, float saturation, float value) {
  const auto channel = [&](float offset) {
    const float ramp = std::abs(fraction(hue + offset) * 6 - 3) - 1;
    return value * (1 - saturation + saturation * std::clamp(ramp, 0.0f, 1.0f));
  };
  return {channel(0), channel(2 / 3.0f), channel(1 / 3.0f)};
}

float noise(float x, float y, std::uint32_t seed) {
  const float fx = std::floor(x), fy = std::floor(y);
  const auto ix = static_cast<std::int32_t>(fx), iy = static_cast<std::int32_t>(fy);
  const float tx = smooth(x - fx), ty = smooth(y - fy);
  const float top = std::lerp(lattice(ix, iy, seed), lattice(ix + 1, iy, seed), tx);
  const float bottom = std::lerp(lattice(ix, iy + 1, seed), lattice(ix + 1, iy + 1, seed), tx);
  return std::lerp(top, bottom, ty);
}

Rgb Material::colour_at(float u, float v) const {
  const float x = u * scale, y = v * scale;
  switch (texture) {
    case Texture::plain: return base;
    case Texture::stripes: return blend(base, accent, wave(x + 0.15f * y));
    case Texture::checks: return blend(base, accent, 0.5f * (wave(x) + wave(y)));
    case Texture::dots: {
      const float dx = fraction(x) - 0.5f, dy = fraction(y) - 0.5f;
      return blend(accent, base, std::clamp((dx * dx + dy * dy - 0.06f) * 30, 0.0f, 1.0f));
    }
    case Texture::wood: {
      const float grain = noise(x * 0.6f, y * 6, seed) + 0.4f * noise(x * 3, y * 40, seed + 1);
      return blend(base, accent, fraction(grain * 3));
    }
    case Texture::weave: {
      const float over = std::sin(x * 40) * std::sin(y * 40);
      return blend(base, accent, 0.5f + 0.35f * over) * (0.9f + 0.2f * noise(x * 20, y * 20, seed));
    }
    case Texture::marble: {
      const float warp = noise(x, y, seed) * 4 + noise(x * 3, y * 3, seed + 1) * 1.5f;
      return blend(accent, base, std::sqrt(std::abs(std::sin(x + y * 0.7f + warp))));
    }
  }
  return base;
}

}  // namespace shop
