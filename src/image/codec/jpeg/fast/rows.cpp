// Blocks are read a few MCUs at a time, so that they are still in the level 1 cache, and stored long enough ago to be
// loaded as whole vectors, when their IDCT comes. This file is compiled once for each instruction set.
#include "image/codec/jpeg/fast/rows.h"

#include <algorithm>
#include <cstring>

#include "image/codec/jpeg/fast/idct.h"
#include "image/codec/jpeg/zigzag.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/codec/jpeg/fast/rows.cpp"
#include <hwy/foreach_target.h>
// Must come after foreach_target.h.
#include <hwy/highway.h>

#include "image/codec/jpeg/fast/idct-inl.h"

HWY_BEFORE_NAMESPACE();
namespace thumbs::image::fast {
namespace HWY_NAMESPACE {
namespace {

constexpr int k_group = 4;                 ///< MCUs
constexpr std::size_t k_block = 96;        ///< a block's 64 coefficients, and room for other values of entries
constexpr std::size_t k_places = 256;      ///< that an entry may lead to
constexpr std::size_t k_most_blocks = 10;  ///< of an MCU (T.81, B.2.3)

/// From a place in zigzag order to one in a block; places after the last lead to the extra room.
constexpr std::array<std::uint8_t, k_places> block_places() {
  std::array<std::uint8_t, k_places> places{};
  for (std::size_t i = 0; i < k_places; ++i) places[i] = static_cast<std::uint8_t>(64 + i % 16);
  for (std::size_t i = 0; i < 64; ++i) places[i] = k_zigzag[i];
  return places;
}
constexpr std::array<std::uint8_t, k_places> k_block_places = block_places();

enum class Found { more, end, fault };

/// The coefficient that `symbol` stands for; the bits after the symbol come next in `window`.
HWY_INLINE Found read_coefficient(const BaselinePart& part, int symbol, BitWindow& window, unsigned& place,
                                  std::int16_t* block) {
  place += static_cast<unsigned>(symbol >> 4);
  if (place >= AcCode::k_end) return Found::fault;
  const int value = read_value(window, symbol & 15);
  const std::size_t at = k_block_places[place];
  const int product = value * part.quantiser[at];
  if (product > k_most_idct_value || product < -k_most_idct_value) return Found::fault;
  block[at] = static_cast<std::int16_t>(value);
  return ++place == AcCode::k_end ? Found::end : Found::more;
}

/// One symbol without the table of entries.
HWY_NOINLINE Found read_one(const BaselinePart& part, BitWindow& window, unsigned& place, std::int16_t* block) {
  const int symbol = part.ac->code().read(window);
  if (symbol < 0) return Found::fault;
  if ((symbol & 15) != 0) return read_coefficient(part, symbol, window, place, block);
  if (symbol == 0) return Found::end;
  place += 16;
  return symbol == 0xF0 && place < AcCode::k_end ? Found::more : Found::fault;
}

/// Reads a block's AC coefficients; if wanted, into a block of zeros. False for a fault. REQUIRES bits for two
/// lookups.
template <bool kWanted>
HWY_INLINE bool read_ac(const BaselinePart& part, BitWindow& outer, std::int16_t* block) {
  const AcCode& code = *part.ac;
  BitWindow window = outer;
  unsigned place = 1;
  std::uint64_t bits_before = 0;
  AcCode::Entry entry;
  // One lookup. True if this may be the end of the block.
  const auto step = [&]() HWY_ATTR {
    entry = code.at(window.peek(AcCode::k_ahead));
    bits_before = window.bits;
    if constexpr (kWanted) {
      block[k_block_places[place + entry.first_place()]] = entry.first();
      block[k_block_places[place + entry.second_place()]] = entry.second();
    }
    place += entry.advance();
    window.drop(entry.bits());
    return place >= AcCode::k_end;
  };
  bool ended = step() || step();
  for (;;) {
    while (!ended) {
      window.fill();
      ended = step() || step() || step() || step();
    }
    const bool at_end = entry.advance() < AcCode::k_end ? place == AcCode::k_end : place < 2 * AcCode::k_end;
    if (at_end && entry.bits() != 0) break;
    // Too long for a lookup, or beyond the last coefficient: undo the lookup.
    window.bits = bits_before;
    window.count += entry.bits();
    place -= entry.advance();
    window.fill();
    Found found;
    if (entry.bits() == 0 && entry.code_bits() != 0) {
      window.drop(entry.code_bits());
      found = read_coefficient(part, entry.symbol(), window, place, block);
      outer = window;
    } else {
      outer = window;
      found = read_one(part, outer, place, block);
      window = outer;
    }
    if (found != Found::more) return found == Found::end;
    ended = false;
  }
  outer = window;
  return true;
}

template <bool kAcWanted>
HWY_INLINE bool read_block(BaselinePart& part, BitWindow& window, std::int16_t* block) {
  if constexpr (kAcWanted) clear_block(block);
  window.fill();
  int difference = 0;
  if (!part.dc->read(window, difference)) return false;
  part.predicted += difference;
  if (part.predicted > part.most_predicted || part.predicted < -part.most_predicted) return false;
  block[0] = static_cast<std::int16_t>(part.predicted);
  return read_ac<kAcWanted>(part, window, block);
}

/// idct_1x1() of each block, several at once.
HWY_INLINE void transform_dc(const std::int16_t* blocks, int count, int step, std::uint8_t* out) {
#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
  constexpr int k_together = 4;
  constexpr int k_not_counted = 22;  // of 32 bits
  const hn::FixedTag<std::int32_t, k_together> four;
  const hn::Rebind<std::uint8_t, decltype(four)> samples;
  const auto steps = hn::Set(four, step);
  for (; count >= k_together; count -= k_together) {
    alignas(16) std::int32_t dc[k_together];
    for (std::size_t i = 0; i < k_together; ++i) dc[i] = blocks[i * k_block];
    const auto eighth = hn::ShiftRight<3>(hn::Add(hn::Mul(hn::Load(four, dc), steps), hn::Set(four, 4)));
    const auto counted = hn::ShiftRight<k_not_counted>(hn::ShiftLeft<k_not_counted>(eighth));
    hn::StoreU(hn::DemoteTo(samples, hn::Add(counted, hn::Set(four, 128))), samples, out);
    blocks += k_together * k_block;
    out += k_together;
  }
#endif
  for (int i = 0; i < count; ++i) out[i] = idct_1x1(blocks[static_cast<std::size_t>(i) * k_block] * step);
}

/// The samples of a row of blocks.
HWY_INLINE bool transform(const BaselinePart& part, const BaselineOutput& output, const std::int16_t* blocks, int count,
                          std::uint8_t* out) {
  const std::int16_t* const quantiser = part.quantiser.data();
  const std::size_t stride = output.plane->stride;
  switch (output.size) {
    case 8: return transform_blocks<8>(blocks, k_block, count, quantiser, out, stride);
    case 4: return transform_blocks<4>(blocks, k_block, count, quantiser, out, stride);
    case 2: return transform_blocks<2>(blocks, k_block, count, quantiser, out, stride);
    default: break;
  }
  transform_dc(blocks, count, quantiser[0], out);
  return true;
}

bool transform_group(const BaselineScan& scan, const std::int16_t* blocks, int row, int first_mcu, int mcus) {
  for (int p = 0; p < scan.part_count; ++p) {
    const BaselinePart& part = scan.parts[static_cast<std::size_t>(p)];
    const int first = first_mcu * part.across;
    const int count = std::min(mcus * part.across, part.blocks_across - first);
    for (int y = 0; y < part.down; ++y) {
      for (const BaselineOutput& output : part.outputs) {
        auto* const out = output.plane->row<std::uint8_t>((row * part.down + y) * output.size) + first * output.size;
        if (count > 0 && !transform(part, output, blocks, count, out)) return false;
      }
      blocks += static_cast<std::size_t>(part.across * k_group) * k_block;
    }
  }
  return true;
}

template <bool kAcWanted>
HWY_INLINE bool read_mcu(BaselineScan& scan, BitWindow& window, std::int16_t* blocks, int place) {
  for (int p = 0; p < scan.part_count; ++p) {
    BaselinePart& part = scan.parts[static_cast<std::size_t>(p)];
    for (int y = 0; y < part.down; ++y) {
      for (int x = 0; x < part.across; ++x) {
        if (!read_block<kAcWanted>(part, window, blocks + static_cast<std::size_t>(place * part.across + x) * k_block))
          return false;
      }
      blocks += static_cast<std::size_t>(part.across * k_group) * k_block;
    }
  }
  return true;
}

template <bool kAcWanted>
bool read_row_of(BaselineScan& scan, int row) {
  alignas(64) std::int16_t blocks[k_most_blocks * k_group * k_block];  // each is cleared before it is read
  BitWindow window = scan.window;
  for (int x = 0; x < scan.mcus_across; x += k_group) {
    const int mcus = std::min(k_group, scan.mcus_across - x);
    for (int i = 0; i < mcus; ++i) {
      if (scan.restart_interval > 0 && scan.mcus_to_restart-- == 0 && !restart(scan, window)) return false;
      if (!scan.runs.ready(window) || !read_mcu<kAcWanted>(scan, window, blocks, i)) return false;
    }
    if (!transform_group(scan, blocks, row, x, mcus)) return false;
  }
  scan.window = window;
  return true;
}

bool read_row(BaselineScan& scan, int row) {
  const auto has_dc_alone = [](const BaselinePart& part) {
    return std::ranges::all_of(part.outputs, [](const BaselineOutput& output) { return output.size == 1; });
  };
  return std::ranges::all_of(scan.parts, has_dc_alone) ? read_row_of<false>(scan, row) : read_row_of<true>(scan, row);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace thumbs::image::fast
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace thumbs::image {
namespace fast {
namespace {

HWY_EXPORT(read_row);

}  // namespace
}  // namespace fast

using namespace fast;  // NOLINT(google-build-using-namespace): HWY_DYNAMIC_DISPATCH takes no qualified name

bool read_mcu_row(BaselineScan& scan, int row) { return HWY_DYNAMIC_DISPATCH(read_row)(scan, row); }

}  // namespace thumbs::image
#endif
