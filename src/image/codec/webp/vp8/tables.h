// VP8's constants, by the names of RFC 6386.
#pragma once

#include <cstddef>
#include <cstdint>

namespace thumbs::image::vp8 {

/// Modes of 4×4 blocks, in the order of k_mode_probabilities. The first four are those of 16×16 and of chroma too.
enum Mode : std::uint8_t { dc_pred, tm_pred, v_pred, h_pred, rd_pred, vr_pred, ld_pred, vl_pred, hd_pred, hu_pred };
inline constexpr std::size_t k_modes_4 = 10, k_modes_16 = 4;

/// Kinds of blocks: luma without its DC, the DCs of luma, chroma, luma.
enum Plane : std::uint8_t { y_after_y2, y2, uv, y_with_dc };

inline constexpr std::size_t k_planes = 4, k_bands = 8, k_contexts = 3, k_nodes = 11;
inline constexpr std::size_t k_probabilities = k_planes * k_bands * k_contexts * k_nodes;

extern const std::uint8_t k_dc_steps[128];
extern const std::uint16_t k_ac_steps[128];
extern const std::uint8_t k_default_probabilities[k_probabilities];
extern const std::uint8_t k_update_probabilities[k_probabilities];
extern const std::uint8_t k_mode_probabilities[k_modes_4 * k_modes_4 * (k_modes_4 - 1)];  ///< by mode above, left

inline constexpr std::uint8_t k_zigzag[16] = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
inline constexpr std::uint8_t k_band_of[16] = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7};

/// Extra bits of the categories of values from 11 on, most significant first.
struct Category {
  int first;  ///< its least value
  int bits;
  std::uint8_t probabilities[11];
};
inline constexpr Category k_categories[4] = {{11, 3, {173, 148, 140}},
                                             {19, 4, {176, 155, 140, 135}},
                                             {35, 5, {180, 157, 141, 134, 130}},
                                             {67, 11, {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}}};

/// The probabilities of one kind of block, band and context.
inline constexpr std::size_t node_of(Plane plane, std::size_t band, std::size_t context) {
  return ((plane * k_bands + band) * k_contexts + context) * k_nodes;
}

}  // namespace thumbs::image::vp8
