// A small copy, a score for each place along one axis, the best place scaled back.
#include "image/crop_choice.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <utility>
#include <vector>

#include "image/colour/colour.h"
#include "image/resize/resize.h"

namespace thumbs::image {
namespace {

constexpr int k_side = 128;

/// The small copy's YCbCr, row by row.
struct Proxy {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> luma, cb, cr;

  std::size_t at(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
  }
};

int shrunk(int side, int longest) {
  if (longest <= k_side) return side;
  return static_cast<int>(std::max<std::int64_t>(1, (std::int64_t{side} * k_side + longest / 2) / longest));
}

/// Grey or rgb in sRGB, 8 bits, without alpha.
Picture small_copy(const Picture& picture, Orientation orientation, const Geometry& geometry, const ToSrgb* to_srgb) {
  const Size resized = geometry.resized;
  const int longest = std::max(resized.width, resized.height);
  Geometry g;
  g.region = geometry.region;
  g.resized = g.crop = g.canvas = {shrunk(resized.width, longest), shrunk(resized.height, longest)};
  Picture copy = resize(picture, orientation, g, Kernel::box, ChromaGrid::full);
  if (copy.model == ColourModel::ycbcr) copy = to_rgb(std::move(copy));
  if (to_srgb != nullptr) to_srgb->apply(copy);
  if (copy.premultiplied) return flatten(copy, {0, 0, 0, 255});
  return to_8_bit(to_rgb(std::move(copy)));
}

/// JFIF's YCbCr with 16 fractional bits.
void add_pixel(Proxy& proxy, int r, int g, int b) {
  constexpr int k_half = 1 << 15;
  constexpr int k_middle = (128 << 16) + k_half - 1;
  proxy.luma.push_back(static_cast<std::uint8_t>((19595 * r + 38470 * g + 7471 * b + k_half) >> 16));
  proxy.cb.push_back(static_cast<std::uint8_t>((-11059 * r - 21709 * g + 32768 * b + k_middle) >> 16));
  proxy.cr.push_back(static_cast<std::uint8_t>((32768 * r - 27439 * g - 5329 * b + k_middle) >> 16));
}

/// `turned`: transposed, so that what is scored always runs along x.
Proxy proxy_of(const Picture& copy, bool turned) {
  Proxy proxy;
  proxy.width = turned ? copy.height : copy.width;
  proxy.height = turned ? copy.width : copy.height;
  const std::size_t last = copy.planes.size() - 1;
  for (int y = 0; y < proxy.height; ++y) {
    for (int x = 0; x < proxy.width; ++x) {
      const auto value = [&](std::size_t plane) {
        return copy.planes[std::min(plane, last)].row<std::uint8_t>(turned ? x : y)[turned ? y : x];
      };
      add_pixel(proxy, value(0), value(1), value(2));
    }
  }
  return proxy;
}

/// log2(v) with 16 fractional bits, for v ≥ 1: the fraction's bits by squaring.
std::int64_t log2_fixed(std::uint32_t v) {
  int whole = 31;
  while ((v >> whole) == 0) --whole;
  std::uint64_t mantissa = static_cast<std::uint64_t>(v) << (31 - whole);  // 1.31
  std::int64_t result = whole;
  for (int bit = 0; bit < 16; ++bit) {
    mantissa = mantissa * mantissa >> 31;
    const bool carry = (mantissa >> 32) != 0;
    if (carry) mantissa >>= 1;
    result = result * 2 + (carry ? 1 : 0);
  }
  return result;
}

/// The entropy of windows of `window` columns, one for each place, but for terms that all share: -Σ n·log2(n).
std::vector<std::int64_t> entropy_scores(const Proxy& proxy, int window) {
  std::vector<std::int64_t> weighted(proxy.luma.size() + 1);
  for (std::uint32_t n = 1; n < weighted.size(); ++n) weighted[n] = n * log2_fixed(n);
  std::array<std::uint32_t, 256> counts{};
  std::int64_t sum = 0;
  const auto change = [&](int column, bool add) {
    for (int y = 0; y < proxy.height; ++y) {
      std::uint32_t& count = counts[proxy.luma[proxy.at(column, y)]];
      sum -= weighted[count];
      add ? ++count : --count;
      sum += weighted[count];
    }
  };
  std::vector<std::int64_t> scores;
  for (int x = 0; x < proxy.width; ++x) {
    change(x, true);
    if (x >= window) change(x - window, false);
    if (x + 1 >= window) scores.push_back(-sum);
  }
  return scores;
}

/// How much one looks at a pixel.
int interest(const Proxy& proxy, int x, int y) {
  constexpr int k_dark = 40, k_bright = 250;            // skin and saturation of shadows and of white mean nothing
  constexpr int k_skin_cb = 108, k_skin_cr = 152;       // the middle of the known range of skin
  constexpr int k_skin_reach = 24, k_skin_weight = 10;  // a full hit weighs as much as a strong edge
  constexpr int k_saturation_weight = 1, k_edge_weight = 1;
  const auto luma = [&](int u, int v) -> int {
    return proxy.luma[proxy.at(std::clamp(u, 0, proxy.width - 1), std::clamp(v, 0, proxy.height - 1))];
  };
  const int own = luma(x, y);
  const int edge = std::abs(4 * own - luma(x - 1, y) - luma(x + 1, y) - luma(x, y - 1) - luma(x, y + 1));
  int score = k_edge_weight * edge;
  if (own < k_dark || own > k_bright) return score;
  const int cb = proxy.cb[proxy.at(x, y)], cr = proxy.cr[proxy.at(x, y)];
  score += k_saturation_weight * (std::abs(cb - 128) + std::abs(cr - 128));
  const int from_skin = std::abs(cb - k_skin_cb) + std::abs(cr - k_skin_cr);
  return score + k_skin_weight * std::max(0, k_skin_reach - from_skin);
}

std::vector<std::int64_t> attention_scores(const Proxy& proxy, int window) {
  std::vector<std::int64_t> columns;
  for (int x = 0; x < proxy.width; ++x) {
    std::int64_t sum = 0;
    for (int y = 0; y < proxy.height; ++y) sum += interest(proxy, x, y);
    columns.push_back(sum);
  }
  std::vector<std::int64_t> scores;
  for (int place = 0; place + window <= proxy.width; ++place) {
    std::int64_t score = 0;
    for (int i = 0; i < window; ++i)
      score += columns[static_cast<std::size_t>(place + i)] * std::min(2 * i + 1, 2 * (window - i) - 1);
    scores.push_back(score);
  }
  return scores;
}

/// The best place; of equal ones the one nearest to the middle, then the first.
int best_place(const std::vector<std::int64_t>& scores) {
  const int last = static_cast<int>(scores.size()) - 1;
  int best = last / 2;
  for (int place = 0; place <= last; ++place) {
    const auto score = scores[static_cast<std::size_t>(place)], record = scores[static_cast<std::size_t>(best)];
    const bool nearer = std::abs(2 * place - last) < std::abs(2 * best - last);
    if (score > record || (score == record && nearer)) best = place;
  }
  return best;
}

}  // namespace

Geometry with_crop_chosen(const Picture& picture, Orientation orientation, const Geometry& geometry, Position position,
                          const ToSrgb* to_srgb) {
  if (position != Position::entropy && position != Position::attention) return geometry;
  const int slack_x = geometry.resized.width - geometry.crop.width;
  const int slack_y = geometry.resized.height - geometry.crop.height;
  const bool down = slack_y > slack_x;
  const int slack = down ? slack_y : slack_x;
  if (slack <= 0) return geometry;

  const Proxy proxy = proxy_of(small_copy(picture, orientation, geometry, to_srgb), down);
  const int whole = down ? geometry.resized.height : geometry.resized.width;
  const int kept = down ? geometry.crop.height : geometry.crop.width;
  const auto rounded = (std::int64_t{kept} * proxy.width + whole / 2) / whole;
  const int window = static_cast<int>(std::clamp<std::int64_t>(rounded, 1, proxy.width));
  const std::vector<std::int64_t> scores =
      position == Position::entropy ? entropy_scores(proxy, window) : attention_scores(proxy, window);
  const int last = proxy.width - window;
  const int place = best_place(scores);
  Geometry chosen = geometry;
  int& offset = down ? chosen.crop_y : chosen.crop_x;
  const auto mirrored = scores[static_cast<std::size_t>(last - place)];
  const bool in_the_middle = std::abs(2 * place - last) <= 1 && mirrored == scores[static_cast<std::size_t>(place)];
  if (!in_the_middle) offset = static_cast<int>((std::int64_t{slack} * place + last / 2) / last);
  return chosen;
}

double crop_choice_memory() {
  constexpr double k_bytes_per_pixel = 4 * 2 + 4 + 3 + 8;  // resized, 8-bit, the proxy, logarithms
  return k_bytes_per_pixel * k_side * (k_side + 128);
}

}  // namespace thumbs::image
