// Tables and sizes from libjpeg's reading of the headers; then row of MCUs by row of MCUs.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

#include "image/codec/jpeg/fast/fast.h"
#include "image/codec/jpeg/fast/idct.h"
#include "image/codec/jpeg/fast/rows.h"

namespace thumbs::image {
namespace {

constexpr int k_eoi = 0xD9;
constexpr int k_first_restart = 0xD0;
constexpr int k_most_components = 3;
constexpr int k_mcus_between_looks = 2000;  // at the CPU time used

std::span<const jpeg_component_info> components(const jpeg_decompress_struct& header) {
  return {header.comp_info, static_cast<std::size_t>(header.num_components)};
}

int ceil_div(JDIMENSION a, int b) {
  return static_cast<int>((a + static_cast<unsigned>(b) - 1) / static_cast<unsigned>(b));
}

/// A worker's cached tables: most pictures come from the same camera or program and have the same codes.
struct Tables {
  struct Key {
    std::array<std::uint8_t, 17> lengths{};
    std::array<std::uint8_t, 256> symbols{};
    int most_size = -1;
    bool operator==(const Key&) const = default;
  };
  struct Ac {
    Key key;
    bool usable = false;
    AcCode code;
  };
  std::array<DcCode, k_most_components> dc;
  std::array<Ac, k_most_components> ac;
};

Tables& tables_of_this_thread() {
  static thread_local Tables tables;
  return tables;
}

/// The code for `table`: one that exists already, or made in place of one that no part of `scan` uses. Two equal ones
/// would not both fit in a level 1 cache.
const AcCode* ac_code(const JHUFF_TBL& table, int most_size, const BaselineScan& scan) {
  Tables::Key key;
  std::ranges::copy(table.bits, key.lengths.begin());
  std::ranges::copy(table.huffval, key.symbols.begin());
  key.most_size = most_size;
  auto& kept = tables_of_this_thread().ac;
  auto found = std::ranges::find(kept, key, &Tables::Ac::key);
  if (found == kept.end()) {
    found = std::ranges::find_if(kept, [&](const Tables::Ac& ac) {
      return std::ranges::none_of(scan.parts, [&](const BaselinePart& part) { return part.ac == &ac.code; });
    });
    found->usable = found->code.build(key.lengths, key.symbols, most_size);
    found->key = key;
  }
  return found->usable ? &found->code : nullptr;
}

/// The most bits of an AC value that no step of this quantisation table makes too large for the IDCT.
int safe_size(const JQUANT_TBL& table) {
  const int most = std::max<int>(1, *std::ranges::max_element(table.quantval));
  return static_cast<int>(std::bit_width(static_cast<unsigned>(k_most_idct_value / most + 1))) - 1;
}

bool set_tables(const jpeg_decompress_struct& header, const jpeg_component_info& info, std::size_t index,
                BaselineScan& scan) {
  BaselinePart& part = scan.parts[index];
  const JQUANT_TBL* const quantisers = header.quant_tbl_ptrs[info.quant_tbl_no];
  const JHUFF_TBL* const dc = header.dc_huff_tbl_ptrs[info.dc_tbl_no];
  const JHUFF_TBL* const ac = header.ac_huff_tbl_ptrs[info.ac_tbl_no];
  if (quantisers == nullptr || dc == nullptr || ac == nullptr) return false;
  for (std::size_t i = 0; i < part.quantiser.size(); ++i) {
    if (quantisers->quantval[i] > k_most_idct_value) return false;
    part.quantiser[i] = static_cast<std::int16_t>(quantisers->quantval[i]);
  }
  part.most_predicted = k_most_idct_value / std::max<int>(1, part.quantiser[0]);
  DcCode& dc_code = tables_of_this_thread().dc[index];
  if (!dc_code.build(dc->bits, dc->huffval)) return false;
  part.dc = &dc_code;
  part.ac = ac_code(*ac, safe_size(*quantisers), scan);
  return part.ac != nullptr;
}

/// The side of a decoded block (1 to 8 samples) in a plane whose samples cover `pitch_x` pixels.
int block_size(const jpeg_decompress_struct& header, const jpeg_component_info& info, const Plane& plane) {
  return static_cast<int>(std::lround(DCTSIZE * header.max_h_samp_factor / (info.h_samp_factor * plane.pitch_x)));
}

bool set_part(const jpeg_decompress_struct& header, const jpeg_component_info& info, std::size_t index,
              std::span<Picture> pictures, BaselineScan& scan) {
  BaselinePart& part = scan.parts[index];
  const bool alone = header.num_components == 1;  // then an MCU is a block (T.81, A.2.2)
  part.across = alone ? 1 : info.h_samp_factor;
  part.down = alone ? 1 : info.v_samp_factor;
  part.blocks_across = static_cast<int>(info.width_in_blocks);
  for (Picture& picture : pictures) {
    Plane& plane = picture.planes[static_cast<std::size_t>(info.component_index)];
    part.outputs.push_back({.size = block_size(header, info, plane), .plane = &plane});
  }
  return set_tables(header, info, index, scan);
}

int mcu_rows(const jpeg_decompress_struct& header) {
  if (header.num_components == 1) return static_cast<int>(header.comp_info[0].height_in_blocks);
  return ceil_div(header.image_height, header.max_v_samp_factor * DCTSIZE);
}

int mcus_across(const jpeg_decompress_struct& header) {
  if (header.num_components == 1) return static_cast<int>(header.comp_info[0].width_in_blocks);
  return ceil_div(header.image_width, header.max_h_samp_factor * DCTSIZE);
}

}  // namespace

bool restart(BaselineScan& scan, BitWindow& window) {
  if (scan.runs.finish(window) != k_first_restart + scan.restarts) return false;
  scan.restarts = (scan.restarts + 1) % 8;
  scan.mcus_to_restart = scan.restart_interval - 1;
  for (BaselinePart& part : scan.parts) part.predicted = 0;
  window = scan.runs.begin();
  return true;
}

bool is_plain_baseline(const jpeg_decompress_struct& header) {
  const auto known = [](const jpeg_component_info& info) {
    const auto in = [](int table, int tables) { return table >= 0 && table < tables; };
    return in(info.quant_tbl_no, NUM_QUANT_TBLS) && in(info.dc_tbl_no, NUM_HUFF_TBLS) &&
           in(info.ac_tbl_no, NUM_HUFF_TBLS);
  };
  const auto blocks = [](int sum, const jpeg_component_info& info) {
    return sum + info.h_samp_factor * info.v_samp_factor;
  };
  const std::span all = components(header);
  const bool sequential = !header.progressive_mode && !header.arith_code && header.data_precision == 8 &&
                          header.Ss == 0 && header.Se == DCTSIZE2 - 1 && header.Ah == 0 && header.Al == 0;
  return sequential && header.num_components <= k_most_components && header.comps_in_scan == header.num_components &&
         std::ranges::all_of(all, known) &&
         (all.size() == 1 || std::accumulate(all.begin(), all.end(), 0, blocks) <= D_MAX_BLOCKS_IN_MCU);
}

bool decode_baseline(const jpeg_decompress_struct& header, std::span<const std::byte> data, std::span<Picture> pictures,
                     const CpuLimit& limit) {
  BaselineScan scan(data);
  scan.part_count = header.num_components;
  // Components come in the scan's order, which need not be the frame's.
  for (std::size_t i = 0; i < components(header).size(); ++i)
    if (!set_part(header, *header.cur_comp_info[i], i, pictures, scan)) return false;
  scan.mcus_across = mcus_across(header);
  scan.restart_interval = scan.mcus_to_restart = static_cast<int>(header.restart_interval);
  int mcus_unlooked = 0;
  const int rows = mcu_rows(header);
  for (int row = 0; row < rows; ++row) {
    if (!read_mcu_row(scan, row)) return false;
    mcus_unlooked += scan.mcus_across;
    if (mcus_unlooked < k_mcus_between_looks && row + 1 < rows) continue;
    mcus_unlooked = 0;
    limit.check();
  }
  return scan.runs.finish(scan.window) == k_eoi;
}

}  // namespace thumbs::image
