// tests/bench/README.md has the curves behind these choices.
#include "image/codec/avif/effort.h"

#include <algorithm>
#include <array>
#include <bitset>

namespace thumbs::image {
namespace {

constexpr int k_fastest = 9;

/// Of the 16×16 block there: at most eight values, the outer two far from each other.
bool is_drawn_block(const Plane& plane, int left, int top, int width, int height) {
  constexpr std::size_t k_most_values = 8;
  constexpr int k_least_range = 32;
  std::bitset<256> values;
  int least = 255, most = 0;
  for (int y = top; y < top + height; ++y) {
    const auto* row = plane.row<std::uint8_t>(y);
    for (int x = left; x < left + width; ++x) {
      values.set(row[x]);
      least = std::min<int>(least, row[x]);
      most = std::max<int>(most, row[x]);
    }
  }
  return most - least >= k_least_range && values.count() <= k_most_values;
}

}  // namespace

bool is_drawn(const Picture& picture) {
  constexpr int k_block = 16, k_one_in = 20;
  const Plane& plane = picture.planes[picture.model == ColourModel::grey ? 0 : 1];
  int blocks = 0, drawn = 0;
  for (int y = 0; y < picture.height; y += k_block) {
    for (int x = 0; x < picture.width; x += k_block, ++blocks) {
      const int width = std::min(k_block, picture.width - x), height = std::min(k_block, picture.height - y);
      drawn += is_drawn_block(plane, x, y, width, height) ? 1 : 0;
    }
  }
  return drawn * k_one_in > blocks;
}

AvifEffort avif_effort(const Picture& picture, const ResolvedVariant& settings) {
  constexpr AvifEffort k_photographs[] = {{9, true, true},  {8, true, true}, {6, true, false}, {5, true, false},
                                          {4, true, false}, {4, true, true}, {3, true, true},  {2, true, true},
                                          {1, true, true},  {0, true, true}};
  if (settings.lossless || picture.alpha || is_drawn(picture)) return {.speed = k_fastest - settings.effort};
  AvifEffort effort = k_photographs[settings.effort];
  effort.own_chroma = !effort.rectangles && picture.model != ColourModel::grey &&
                      settings.chroma_subsampling == ChromaSubsampling::s420;
  return effort;
}

}  // namespace thumbs::image
