// A macroblock's modes and levels, what its neighbours remember of it, and how its modes are chosen.
#pragma once

#include <array>
#include <cstdint>

#include "image/codec/webp/vp8/plan.h"

namespace thumbs::image::vp8 {

struct Macroblock {
  std::uint8_t segment = 0;
  bool each_4 = false;  ///< modes for each 4×4 block
  bool empty = false;   ///< no level but 0
  Mode mode_16 = dc_pred, mode_uv = dc_pred;
  std::array<Mode, 16> modes{};
  std::array<Levels, 16> y;
  std::array<Levels, 8> uv;
  Levels y2;
};

/// What a macroblock's edge tells the next one: 4×4 modes, and which blocks have levels.
struct Border {
  std::array<Mode, 4> modes{};
  std::array<std::uint8_t, 4> y{};
  std::array<std::uint8_t, 4> uv{};  ///< two of U, two of V
  std::uint8_t y2 = 0;
};

/// Leaves the macroblock's modes in its neighbours' borders.
void remember_modes(const Macroblock& macroblock, Border& above, Border& left);

/// Calls visit(plane, context, first, levels) for each block in the order of the file, and leaves in the borders which
/// ones have levels.
template <class Visit>
void each_block(const Macroblock& macroblock, Border& above, Border& left, const Visit& visit) {
  if (macroblock.empty) {
    above.y = left.y = above.uv = left.uv = {};
    if (!macroblock.each_4) above.y2 = left.y2 = 0;
    return;
  }
  const auto block = [&](Plane plane, std::uint8_t& up, std::uint8_t& before, int first, const Levels& levels) {
    visit(plane, unsigned{up} + before, first, levels);
    up = before = levels.last >= first ? 1 : 0;
  };
  if (!macroblock.each_4) block(Plane::y2, above.y2, left.y2, 0, macroblock.y2);
  const Plane plane = macroblock.each_4 ? y_with_dc : y_after_y2;
  for (std::size_t i = 0; i < 16; ++i)
    block(plane, above.y[i % 4], left.y[i / 4], macroblock.each_4 ? 0 : 1, macroblock.y[i]);
  for (std::size_t i = 0; i < 8; ++i)
    block(uv, above.uv[i / 4 * 2 + i % 2], left.uv[i / 4 * 2 + i / 2 % 2], 0, macroblock.uv[i]);
}

/// Where a macroblock lies in what a decoder will have so far: its upper left samples. A row above and a column before
/// are there, whatever its place, and four samples more above on the right.
struct Place {
  Target y, u, v;
  bool above, left;  ///< whether they are in the picture
};

/// How hard to look.
struct Search {
  std::size_t tries;  ///< of the modes of a 4×4 block, those that are coded to see
  int bit_price;      ///< the error that a bit is worth, in 64ths of the square of a step
};

/// Chooses the modes that cost least in bits and errors, makes the levels, and leaves at `place` what a decoder will
/// have. The macroblock's segment is chosen already.
void choose(const Source& source, const Segment& segment, const Place& place, const Border& above, const Border& left,
            const TokenCosts& costs, const Search& search, Macroblock& out);

}  // namespace thumbs::image::vp8
