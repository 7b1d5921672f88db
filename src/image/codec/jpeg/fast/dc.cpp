// Walks from scan to scan, and through the blocks of those that hold DC coefficients.
#include <algorithm>
#include <array>
#include <span>

#include "image/codec/jpeg/fast/bits.h"
#include "image/codec/jpeg/fast/fast.h"
#include "image/codec/jpeg/fast/idct.h"
#include "support/buffer.h"

namespace thumbs::image {
namespace {

constexpr int k_sos = 0xDA;
constexpr int k_eoi = 0xD9;
constexpr int k_dht = 0xC4;
constexpr int k_dri = 0xDD;
constexpr int k_first_restart = 0xD0;
constexpr int k_blocks_between_looks = 10000;  // at the CPU time used

int ceil_div(int a, int b) { return (a + b - 1) / b; }

/// Blocks across, with those that fill up the last MCU.
int stored_width(const jpeg_component_info& info) {
  return ceil_div(static_cast<int>(info.width_in_blocks), info.h_samp_factor) * info.h_samp_factor;
}
int stored_height(const jpeg_decompress_struct& header, const jpeg_component_info& info) {
  return ceil_div(static_cast<int>(header.image_height), header.max_v_samp_factor * DCTSIZE) * info.v_samp_factor;
}

/// A component: its DC coefficients so far.
struct Component {
  int id = 0;
  int h = 1;
  int v = 1;
  int width = 0;   ///< in blocks
  int height = 0;  ///< in blocks
  int stride = 0;
  int rows = 0;
  int quantiser = 1;
  int shift = -1;  ///< Al of its last scan; -1 before the first
  Buffer memory;

  std::int16_t* row(int y) {
    return reinterpret_cast<std::int16_t*>(memory.data()) + static_cast<std::ptrdiff_t>(y) * stride;
  }
};

/// A component's part in one scan.
struct Part {
  Component* component = nullptr;
  const DcCode* code = nullptr;
  int across = 1;  ///< blocks of an MCU
  int down = 1;
  int predicted = 0;
};

class DcDecoder {
 public:
  DcDecoder(const jpeg_decompress_struct& header, const JpegScans& scans, ByteSource& source, const CpuLimit& limit)
      : header_(header), scans_(scans), bytes_(source), limit_(limit) {}

  /// Each of these returns false for anything that is not regular.
  bool start();
  bool read_scans();
  std::vector<Plane> planes();

 private:
  bool add_component(const jpeg_component_info& info);
  bool read_segment(int marker);
  bool read_tables(std::uint64_t end);
  bool read_scan(const JpegScan& scan);
  bool read_header();
  bool add_part(int id, int table);
  bool progress(int high, int low);
  bool read_blocks(JpegBits& bits);
  bool restart(JpegBits& bits);
  bool read_mcu(JpegBits& bits, int x, int y);
  bool first(JpegBits& bits, Part& part, std::int16_t& value) const;
  void look_at_clock(int blocks);

  const jpeg_decompress_struct& header_;
  const JpegScans& scans_;
  JpegBytes bytes_;
  const CpuLimit& limit_;
  std::vector<Component> components_;
  std::array<DcCode, NUM_HUFF_TBLS> codes_;
  std::array<bool, NUM_HUFF_TBLS> has_code_{};
  int restart_interval_ = 0;
  int next_marker_ = 0;  ///< read already; 0: not yet

  // Of the scan that is being read:
  std::vector<Part> parts_;
  int mcus_across_ = 0;
  int mcus_down_ = 0;
  bool refines_ = false;
  int shift_ = 0;
  int mcus_to_restart_ = 0;
  int restarts_ = 0;
  int blocks_unlooked_ = 0;
};

bool DcDecoder::start() {
  components_.reserve(static_cast<std::size_t>(header_.num_components));
  for (int c = 0; c < header_.num_components; ++c)
    if (!add_component(header_.comp_info[c])) return false;
  for (std::size_t i = 0; i < codes_.size(); ++i) {
    const JHUFF_TBL* table = header_.dc_huff_tbl_ptrs[i];
    has_code_[i] = table != nullptr && codes_[i].build(table->bits, table->huffval);
  }
  restart_interval_ = static_cast<int>(header_.restart_interval);
  bytes_.skip_to(scans_.list.front().begin);
  return true;
}

bool DcDecoder::add_component(const jpeg_component_info& info) {
  const auto same_id = [&](const Component& other) { return other.id == info.component_id; };
  if (std::ranges::any_of(components_, same_id)) return false;
  if (info.quant_tbl_no < 0 || info.quant_tbl_no >= NUM_QUANT_TBLS) return false;
  const JQUANT_TBL* table = header_.quant_tbl_ptrs[info.quant_tbl_no];
  if (table == nullptr) return false;
  Component& component = components_.emplace_back();
  component.id = info.component_id;
  component.h = info.h_samp_factor;
  component.v = info.v_samp_factor;
  component.width = static_cast<int>(info.width_in_blocks);
  component.height = static_cast<int>(info.height_in_blocks);
  component.stride = stored_width(info);
  component.rows = stored_height(header_, info);
  component.quantiser = static_cast<std::int16_t>(table->quantval[0]);  // libjpeg's IDCT has 16 bits for it
  const std::size_t blocks = static_cast<std::size_t>(component.stride) * static_cast<std::size_t>(component.rows);
  component.memory = Buffer(blocks * sizeof(std::int16_t));
  // Blocks that fill up the last MCU are not in every scan.
  std::ranges::fill(component.memory.bytes(), std::byte{0});
  return true;
}

bool DcDecoder::read_scans() {
  for (std::size_t next = 0;;) {
    int marker = next_marker_;
    next_marker_ = 0;
    if (marker == 0) {
      if (bytes_.next() != 0xFF) return false;
      do marker = bytes_.next();
      while (marker == 0xFF);
    }
    if (bytes_.ended()) return false;
    if (marker == k_eoi) break;
    if (marker != k_sos) {
      if (!read_segment(marker)) return false;
      continue;
    }
    if (next == scans_.list.size()) return false;
    const JpegScan& scan = scans_.list[next++];
    if (scan.begin + 2 != bytes_.position()) return false;
    if (scan.spectral_start > 0)
      bytes_.skip_to(scan.end);
    else if (!read_scan(scan))
      return false;
  }
  return std::ranges::all_of(components_, [](const Component& component) { return component.shift >= 0; });
}

bool DcDecoder::read_segment(int marker) {
  const std::uint64_t begin = bytes_.position();
  const int length = bytes_.next_16();
  if (length < 2) return false;
  const std::uint64_t end = begin + static_cast<std::uint64_t>(length);
  if (marker == k_dht && !read_tables(end)) return false;
  if (marker == k_dri) {
    if (length != 4) return false;
    restart_interval_ = bytes_.next_16();
  }
  bytes_.skip_to(end);
  return !bytes_.ended();
}

bool DcDecoder::read_tables(std::uint64_t end) {
  while (bytes_.position() < end) {
    const int kind = bytes_.next();
    std::array<std::uint8_t, 17> lengths{};
    std::array<std::uint8_t, 256> symbols{};
    std::size_t count = 0;
    for (std::size_t i = 1; i < lengths.size(); ++i) {
      lengths[i] = static_cast<std::uint8_t>(bytes_.next());
      count += lengths[i];
    }
    if (count > symbols.size() || bytes_.position() + count > end) return false;
    for (std::size_t i = 0; i < count; ++i) symbols[i] = static_cast<std::uint8_t>(bytes_.next());
    const auto slot = static_cast<std::size_t>(kind & 15);
    if (kind >= 0x20 || slot >= codes_.size()) return false;
    // An invalid code matters only to a scan that uses it.
    if (kind < 0x10) has_code_[slot] = codes_[slot].build(lengths, symbols);
  }
  return bytes_.position() == end;
}

bool DcDecoder::read_scan(const JpegScan& scan) {
  if (!read_header()) return false;
  JpegBits bits(bytes_);
  mcus_to_restart_ = restart_interval_;
  restarts_ = 0;
  if (!read_blocks(bits)) return false;
  next_marker_ = bits.finish();
  return next_marker_ > 0 && bytes_.position() == scan.end + 2;
}

bool DcDecoder::read_header() {
  const int length = bytes_.next_16();
  const int count = bytes_.next();
  if (count < 1 || count > MAX_COMPS_IN_SCAN || length != 6 + 2 * count) return false;
  parts_.clear();
  for (int i = 0; i < count; ++i) {
    const int id = bytes_.next();
    if (!add_part(id, bytes_.next() >> 4)) return false;
  }
  bytes_.next_16();  // the band, known from the scan's entry
  const int shifts = bytes_.next();
  return !bytes_.ended() && progress(shifts >> 4, shifts & 15);
}

bool DcDecoder::add_part(int id, int table) {
  const auto found = std::ranges::find(components_, id, &Component::id);
  if (found == components_.end()) return false;
  if (std::ranges::any_of(parts_, [&](const Part& part) { return part.component == &*found; })) return false;
  const auto slot = static_cast<std::size_t>(table);
  const bool usable = slot < codes_.size() && has_code_[slot];
  parts_.push_back({.component = &*found, .code = usable ? &codes_[slot] : nullptr});
  return true;
}

/// What the scan does to its components; false where that does not follow from what they have had. Sets the MCUs (T.81,
/// A.2).
bool DcDecoder::progress(int high, int low) {
  refines_ = high != 0;
  shift_ = low;
  int blocks = 0;
  for (Part& part : parts_) {
    if (part.component->shift != (refines_ ? high : -1)) return false;
    if (!refines_ && part.code == nullptr) return false;
    part.component->shift = low;
    part.across = parts_.size() == 1 ? 1 : part.component->h;
    part.down = parts_.size() == 1 ? 1 : part.component->v;
    blocks += part.across * part.down;
  }
  const Component& only = *parts_.front().component;
  mcus_across_ = parts_.size() == 1 ? only.width : only.stride / only.h;
  mcus_down_ = parts_.size() == 1 ? only.height : only.rows / only.v;
  return blocks <= D_MAX_BLOCKS_IN_MCU;
}

bool DcDecoder::read_blocks(JpegBits& bits) {
  for (int y = 0; y < mcus_down_; ++y) {
    for (int x = 0; x < mcus_across_; ++x) {
      if (restart_interval_ > 0 && mcus_to_restart_-- == 0 && !restart(bits)) return false;
      if (!read_mcu(bits, x, y)) return false;
    }
    if (bits.overrun()) return false;
    look_at_clock(mcus_across_);
  }
  return true;
}

bool DcDecoder::restart(JpegBits& bits) {
  if (bits.finish() != k_first_restart + restarts_) return false;
  restarts_ = (restarts_ + 1) % 8;
  mcus_to_restart_ = restart_interval_ - 1;
  for (Part& part : parts_) part.predicted = 0;
  return true;
}

bool DcDecoder::read_mcu(JpegBits& bits, int x, int y) {
  for (Part& part : parts_) {
    for (int j = 0; j < part.down; ++j) {
      std::int16_t* values = part.component->row(y * part.down + j) + static_cast<std::ptrdiff_t>(x) * part.across;
      for (int i = 0; i < part.across; ++i) {
        bits.fill();
        if (!refines_) {
          if (!first(bits, part, values[i])) return false;
        } else if (bits.take(1) != 0) {
          values[i] = static_cast<std::int16_t>(values[i] | 1 << shift_);
        }
      }
    }
  }
  return true;
}

bool DcDecoder::first(JpegBits& bits, Part& part, std::int16_t& value) const {
  constexpr int k_far = 1 << 30;
  int difference = 0;
  if (!part.code->read(bits, difference)) return false;
  part.predicted += difference;
  if (part.predicted > k_far || part.predicted < -k_far) return false;
  value = static_cast<std::int16_t>(static_cast<unsigned>(part.predicted) << shift_);
  return true;
}

void DcDecoder::look_at_clock(int blocks) {
  blocks_unlooked_ += blocks;
  if (blocks_unlooked_ < k_blocks_between_looks) return;
  blocks_unlooked_ = 0;
  limit_.check();
}

std::vector<Plane> DcDecoder::planes() {
  std::vector<Plane> planes;
  for (Component& component : components_) {
    const double pitch_x = static_cast<double>(DCTSIZE) * header_.max_h_samp_factor / component.h;
    const double pitch_y = static_cast<double>(DCTSIZE) * header_.max_v_samp_factor / component.v;
    Plane& plane = planes.emplace_back(component.width, component.height, 1, pitch_x, pitch_y);
    for (int y = 0; y < component.height; ++y) {
      const std::int16_t* in = component.row(y);
      auto* out = plane.row<std::uint8_t>(y);
      for (int x = 0; x < component.width; ++x) out[x] = idct_1x1(in[x] * component.quantiser);
    }
  }
  return planes;
}

}  // namespace

std::uint64_t dc_memory(const jpeg_decompress_struct& header) {
  constexpr std::uint64_t k_fixed = 128 << 10;  // libjpeg's header, codes, the list of scans
  constexpr std::uint64_t k_row_padding = 128;  // what a Plane adds at most
  constexpr std::uint64_t k_grain = 64 << 10;   // what a Buffer is a multiple of
  const auto buffer = [](std::uint64_t size) { return (size + k_grain - 1) / k_grain * k_grain; };
  std::uint64_t bytes = k_fixed;
  for (int c = 0; c < header.num_components; ++c) {
    const jpeg_component_info& info = header.comp_info[c];
    const auto width = static_cast<std::uint64_t>(stored_width(info));
    const auto height = static_cast<std::uint64_t>(stored_height(header, info));
    bytes += buffer(height * width * sizeof(std::int16_t)) + buffer(height * (width + k_row_padding));
  }
  return bytes;
}

std::optional<std::vector<Plane>> decode_dc(const jpeg_decompress_struct& header, const JpegScans& scans,
                                            ByteSource& source, const CpuLimit& limit) {
  DcDecoder decoder(header, scans, source, limit);
  if (!decoder.start() || !decoder.read_scans()) return std::nullopt;
  return decoder.planes();
}

}  // namespace thumbs::image
