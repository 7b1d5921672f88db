// What a product is made of, and what surrounds it: colour at a point.
#pragma once

#include <cstdint>

namespace shop {

/// Linear arithmetic on sRGB values from 0 to 1: right for a drawing, not for physics.
struct Rgb {
  float r = 0, g = 0, b = 0;
};

inline Rgb operator*(Rgb c, float s) { return {c.r * s, c.g * s, c.b * s}; }
inline Rgb operator+(Rgb a, Rgb b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
inline Rgb blend(Rgb a, Rgb b, float t) { return a * (1 - t) + b * t; }

/// A colour by hue (turns), saturation and value, each 0 to 1.
Rgb hsv(float hue, float saturation, float value);

/// Smooth noise from 0 to 1 with features about 1 unit wide.
float noise(float x, float y, std::uint32_t seed);

enum class Texture { plain, stripes, checks, dots, wood, weave, marble };

struct Material {
  Texture texture = Texture::plain;
  Rgb base, accent;
  float scale = 8;  ///< pattern repeats across the product
  float shine = 0.5f;
  std::uint32_t seed = 0;

  Rgb colour_at(float u, float v) const;
};

}  // namespace shop
