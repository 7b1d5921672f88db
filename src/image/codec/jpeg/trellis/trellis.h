// The quantised blocks of a JPEG, chosen for the fewest bytes at a given loss.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "image/codec/jpeg/trellis/entropy.h"
#include "image/picture.h"

namespace thumbs::image {

/// One component's blocks, row after row: those that hold samples of the picture, none of an MCU's padding.
struct JpegBlocks {
  int columns = 0;
  int rows = 0;
  std::vector<std::int16_t> values;  ///< 64 a block, in zigzag order
  std::vector<std::uint64_t> set;    ///< for each block: bit k is set if AC value k is not 0
};

struct JpegContent {
  std::vector<JpegBlocks> components;
  /// The symbols of a scan of all components, those of an MCU's padding too: luma's and chroma's, or, where both do
  /// best with Huffman tables in common (small pictures), all of them in the first.
  std::array<JpegCounts, 2> counts;
  bool one_table = false;
};

/// Quantisation steps in zigzag order: luma's and chroma's.
using JpegTables = std::array<std::array<std::uint16_t, 64>, 2>;

/// Trellis quantisation (viterbi.h) in `rounds`, each with the rates that the one before led to, the first with
/// those of plain quantisation. `picture` is grey or ycbcr, of 8 bits.
JpegContent quantise(const Picture& picture, const JpegTables& tables, int rounds);

}  // namespace thumbs::image
