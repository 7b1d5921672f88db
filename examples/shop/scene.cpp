#include "scene.h"

#include <algorithm>
#include <cmath>

#include "random.h"

namespace shop {
namespace {

struct Point {
  float x = 0, y = 0;
};

float length(Point p) { return std::sqrt(p.x * p.x + p.y * p.y); }

// Signed distances in units of half the picture's short side: negative inside. After Inigo Quilez's
// "2D distance functions".
float round_box(Point p, Point half, float radius) {
  const Point q{std::abs(p.x) - half.x + radius, std::abs(p.y) - half.y + radius};
  return std::min(std::max(q.x, q.y), 0.0f) + length({std::max(q.x, 0.0f), std::max(q.y, 0.0f)}) - radius;
}

float hoop(Point p, float radius, float thickness) { return std::abs(length(p) - radius) - thickness; }

float soft_union(float a, float b, float softness) {
  const float h = std::max(softness - std::abs(a - b), 0.0f) / softness;
  return std::min(a, b) - h * h * softness * 0.25f;
}

float distance_to(Shape shape, Point p) {
  switch (shape) {
    case Shape::bottle: {
      const float body = round_box({p.x, p.y - 0.2f}, {0.3f, 0.5f}, 0.1f);
      const float neck = round_box({p.x, p.y + 0.5f}, {0.1f, 0.25f}, 0.03f);
      return soft_union(body, neck, 0.2f);
    }
    case Shape::mug: {
      const float handle = hoop({p.x - 0.42f, p.y}, 0.24f, 0.06f);
      return soft_union(round_box(p, {0.42f, 0.5f}, 0.08f), handle, 0.04f);
    }
    case Shape::ball: return length(p) - 0.6f;
    case Shape::parcel: return round_box(p, {0.62f, 0.45f}, 0.03f);
    case Shape::ring: return hoop(p, 0.48f, 0.14f);
    case Shape::lamp: {
      const float shade = std::max(std::abs(p.x) - 0.42f - 0.4f * (p.y + 0.3f), std::abs(p.y + 0.35f) - 0.3f);
      const float stem = round_box({p.x, p.y - 0.3f}, {0.04f, 0.4f}, 0.02f);
      return std::min(shade, soft_union(stem, round_box({p.x, p.y - 0.68f}, {0.3f, 0.06f}, 0.04f), 0.1f));
    }
    case Shape::cushion:
      return (std::pow(std::pow(std::abs(p.x), 4.0f) + std::pow(std::abs(p.y), 4.0f), 0.25f) - 0.6f) * 0.8f;
  }
  return 1;
}

class Renderer {
 public:
  Renderer(const Scene& scene, int width, int height)
      : scene_(scene),
        unit_(2.0f / static_cast<float>(std::min(width, height))),
        centre_{static_cast<float>(width) / 2, static_cast<float>(height) / 2},
        cosine_(std::cos(scene.tilt)),
        sine_(std::sin(scene.tilt)) {}

  void draw(Canvas& canvas, int x, int y) const {
    const Point p{(static_cast<float>(x) + 0.5f - centre_.x) * unit_,
                  (static_cast<float>(y) + 0.5f - centre_.y) * unit_};
    const float distance = distance_at(p);
    const float cover = std::clamp(0.5f - distance / unit_, 0.0f, 1.0f);
    Rgb colour = cover > 0 ? product(p, distance) : Rgb{};
    if (!scene_.cut_out && cover < 1) colour = blend(backdrop(p, distance), colour, cover);
    const float lift = scene_.grain * (grain(x, y) - 0.5f);
    store(canvas.at(x, y), colour + Rgb{lift, lift, lift}, scene_.cut_out ? cover : 1);
  }

 private:
  Point turned(Point p) const { return {p.x * cosine_ + p.y * sine_, p.y * cosine_ - p.x * sine_}; }
  float distance_at(Point p) const { return distance_to(scene_.shape, turned(p)); }

  // A bevelled body lit from the upper left.
  Rgb product(Point p, float distance) const {
    constexpr float k_step = 0.01f, k_bevel = 0.3f;
    const float slope = 1 - std::clamp(-distance / k_bevel, 0.0f, 1.0f);
    const bool flat = slope == 0;
    const float nx = flat ? 0 : (distance_at({p.x + k_step, p.y}) - distance) / k_step * slope;
    const float ny = flat ? 0 : (distance_at({p.x, p.y + k_step}) - distance) / k_step * slope;
    const float nz = std::sqrt(std::max(0.05f, 1 - nx * nx - ny * ny));
    const float light = std::max(0.0f, -0.45f * nx - 0.55f * ny + 0.7f * nz);
    const float gloss = light * light * light * light;
    const Point q = turned(p);
    const Rgb skin = printed(q) ? print(q) : scene_.material.colour_at(q.x, q.y);
    const float highlight = scene_.material.shine * gloss * gloss * 0.5f;
    return skin * (0.35f + 0.75f * light) + Rgb{highlight, highlight, highlight};
  }

  bool printed(Point q) const { return std::abs(q.x) < 0.24f && std::abs(q.y - 0.15f) < scene_.label; }

  // A white label with lines of something like text.
  Rgb print(Point q) const {
    const float line = std::floor(q.y * 24), letter = std::floor(q.x * 60);
    const float gap = q.y * 24 - line;
    const bool ink = gap > 0.35f && gap < 0.75f && std::abs(q.x) < 0.19f && noise(letter, line * 7, scene_.seed) > 0.4f;
    return ink ? scene_.material.base * 0.5f : Rgb{0.97f, 0.96f, 0.93f};
  }

  // A paper sweep: a gradient, and the soft shadow of the product, which ends well before `k_far`.
  Rgb backdrop(Point p, float distance) const {
    constexpr float k_far = 0.5f;
    const float t = std::clamp(0.5f + 0.5f * p.y, 0.0f, 1.0f);
    const Rgb paper = blend(scene_.backdrop_top, scene_.backdrop_bottom, t);
    if (distance > k_far) return paper;
    const float shadow = std::clamp(1 - distance_at({p.x - 0.08f, p.y - 0.1f}) * 4, 0.0f, 1.0f);
    return paper * (1 - 0.35f * shadow * shadow);
  }

  float grain(int x, int y) const {
    const auto n = static_cast<std::uint64_t>(y) << 32 | static_cast<std::uint32_t>(x);
    return static_cast<float>(mix(n ^ scene_.seed) >> 48) / 65535.0f;
  }

  static void store(std::uint8_t* to, Rgb colour, float alpha) {
    const auto byte = [](float v) { return static_cast<std::uint8_t>(std::clamp(v, 0.0f, 1.0f) * 255 + 0.5f); };
    to[0] = byte(colour.r);
    to[1] = byte(colour.g);
    to[2] = byte(colour.b);
    to[3] = byte(alpha);
  }

  const Scene& scene_;
  float unit_;
  Point centre_;
  float cosine_, sine_;
};

}  // namespace

Scene make_scene(std::uint64_t seed) {
  Random random(seed);
  const float hue = random.between(0, 1);
  const float backdrop_hue = random.one_in(2) ? hue + 0.5f : random.between(0, 1);
  Scene scene;
  scene.shape = static_cast<Shape>(random.below(7));
  scene.material = {
      .texture = static_cast<Texture>(random.below(7)),
      .base = hsv(hue, random.between(0.2f, 0.9f), random.between(0.4f, 0.95f)),
      .accent = hsv(hue + random.between(0.05f, 0.5f), random.between(0.1f, 0.7f), random.between(0.3f, 1)),
      .scale = random.between(3, 9),
      .shine = random.between(0, 1),
      .seed = static_cast<std::uint32_t>(random.next())};
  scene.backdrop_top = hsv(backdrop_hue, random.between(0, 0.25f), random.between(0.85f, 1));
  scene.backdrop_bottom = scene.backdrop_top * random.between(0.7f, 0.95f);
  scene.tilt = random.between(-0.3f, 0.3f);
  scene.label = random.one_in(3) ? random.between(0.1f, 0.25f) : 0;
  scene.grain = random.between(0.01f, 0.05f);
  scene.seed = static_cast<std::uint32_t>(random.next());
  return scene;
}

Canvas render(const Scene& scene, int width, int height) {
  Canvas canvas(width, height);
  const Renderer renderer(scene, width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) renderer.draw(canvas, x, y);
  }
  return canvas;
}

}  // namespace shop
