// A baseline scan, row of MCUs by row of MCUs: Huffman codes → coefficients → samples, for every instruction set.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "image/codec/jpeg/fast/ac_code.h"
#include "image/codec/jpeg/fast/bits.h"
#include "image/codec/jpeg/fast/runs.h"
#include "image/picture.h"

namespace thumbs::image {

/// Samples of a component at one scale.
struct BaselineOutput {
  int size = 8;            ///< of a block, across and down: 1, 2, 4 or 8
  Plane* plane = nullptr;  ///< of whole blocks across, and whole MCUs down
};

/// A component's part in the scan.
struct BaselinePart {
  int across = 1;  ///< blocks of an MCU
  int down = 1;
  int blocks_across = 0;  ///< without those that fill up the last MCU
  const DcCode* dc = nullptr;
  const AcCode* ac = nullptr;
  int predicted = 0;
  int most_predicted = 0;                                ///< what an IDCT takes
  alignas(16) std::array<std::int16_t, 64> quantiser{};  ///< in natural order
  std::vector<BaselineOutput> outputs;
};

struct BaselineScan {
  explicit BaselineScan(std::span<const std::byte> data) : runs(data), window(runs.begin()) {}

  std::array<BaselinePart, 4> parts;
  int part_count = 0;  ///< with at most 10 blocks of an MCU in all
  int mcus_across = 0;
  int restart_interval = 0;  ///< in MCUs; 0: none
  JpegRuns runs;
  BitWindow window;
  int mcus_to_restart = 0;
  int restarts = 0;
};

/// Where a restart marker is due: from the end of one run to the next. False where it is not there.
bool restart(BaselineScan& scan, BitWindow& window);

/// Reads a row of MCUs into the planes. False for what is not exactly as T.81 has it, or has values for which the IDCT
/// might overflow; then nothing more can be read.
bool read_mcu_row(BaselineScan& scan, int row);

}  // namespace thumbs::image
