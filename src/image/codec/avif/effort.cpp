// tests/bench/README.md has the curves behind these choices.
#include "image/codec/avif/effort.h"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstdint>

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

/// Grey, or green, which is most of luma.
const Plane& brightness(const Picture& picture) { return picture.planes[picture.model == ColourModel::grey ? 0 : 1]; }

constexpr int k_contrast_block = 8;

/// Of the block there: twice its variance.
unsigned contrast(const Plane& plane, int left, int top) {
  unsigned sum = 0, squares = 0;
  for (int y = top; y < top + k_contrast_block; ++y) {
    const auto* row = plane.row<std::uint8_t>(y);
    for (int x = left; x < left + k_contrast_block; ++x) {
      sum += row[x];
      squares += unsigned{row[x]} * row[x];
    }
  }
  constexpr unsigned k_pixels = k_contrast_block * k_contrast_block;
  return 2 * (k_pixels * squares - sum * sum) / (k_pixels * k_pixels);
}

/// log2(n) in units of 1/256, at most 0.09 too low. Without floating point it is the same on every machine.
int fixed_log2(unsigned n) {
  const int whole = static_cast<int>(std::bit_width(n)) - 1;
  return whole * 256 + static_cast<int>(((std::uint64_t{n} << 8) >> whole) - 256);
}

}  // namespace

// SSIM (Wang et al. 2004) forgives an error in inverse proportion to the variance around it; the constant is what
// gained most on 40 photographs.
int coarser_by_contrast(const Picture& picture) {
  constexpr unsigned k_noise = 500;
  constexpr int k_mean = 2483;  // 9.7
  const Plane& plane = brightness(picture);
  std::int64_t sum = 0;
  int blocks = 0;
  for (int y = 0; y + k_contrast_block <= picture.height; y += k_contrast_block)
    for (int x = 0; x + k_contrast_block <= picture.width; x += k_contrast_block, ++blocks)
      sum += fixed_log2(contrast(plane, x, y) + k_noise);
  if (blocks == 0) return 0;
  const int above = static_cast<int>(sum / blocks) - k_mean;
  return std::clamp((above * 5 + 256) >> 9, -2, 3);  // two and a half steps where the contrast doubles, rounded
}

bool is_drawn(const Picture& picture) {
  constexpr int k_block = 16, k_one_in = 20;
  const Plane& plane = brightness(picture);
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
  effort.coarser = coarser_by_contrast(picture);
  effort.own_chroma = !effort.rectangles && picture.model != ColourModel::grey &&
                      settings.chroma_subsampling == ChromaSubsampling::s420;
  return effort;
}

}  // namespace thumbs::image
