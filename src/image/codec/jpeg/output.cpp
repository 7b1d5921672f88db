// Fills libjpeg's coefficient arrays; libjpeg codes them.
#include "image/codec/jpeg/output.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>

#include "image/codec/jpeg/zigzag.h"
#include "support/work_limit.h"

namespace thumbs::image {
namespace {

j_common_ptr common(jpeg_compress_struct& jpeg) { return reinterpret_cast<j_common_ptr>(&jpeg); }

JDIMENSION whole_mcus(int blocks, int of_mcu) {
  return static_cast<JDIMENSION>((blocks + of_mcu - 1) / of_mcu * of_mcu);
}

int byte_at(const std::vector<std::byte>& bytes, std::size_t at) { return std::to_integer<int>(bytes[at]); }

void assign(const HuffmanTable& from, JHUFF_TBL& to) {
  std::copy(from.codes.begin(), from.codes.end(), to.bits);
  std::copy(from.symbols.begin(), from.symbols.end(), to.huffval);
  to.sent_table = FALSE;
}

/// Smaller for thumbnails than libjpeg's own progression, in which each of ten scans declares tables, and refinement
/// scans cost more than they save elsewhere.
void set_scans(jpeg_compress_struct& jpeg) {
  static constexpr jpeg_scan_info k_colour[] = {{3, {0, 1, 2}, 0, 0, 0, 0},
                                                {1, {0}, 1, 5, 0, 0},
                                                {1, {1}, 1, 63, 0, 0},
                                                {1, {2}, 1, 63, 0, 0},
                                                {1, {0}, 6, 63, 0, 0}};
  static constexpr jpeg_scan_info k_grey[] = {{1, {0}, 0, 0, 0, 0}, {1, {0}, 1, 5, 0, 0}, {1, {0}, 6, 63, 0, 0}};
  jpeg.scan_info = jpeg.num_components == 1 ? k_grey : k_colour;
  jpeg.num_scans = static_cast<int>(jpeg.num_components == 1 ? std::size(k_grey) : std::size(k_colour));
}

/// JFIF 1.02 with 16 fractional bits; the sums are of `count` = 1 << `shift` pixels. Halves are rounded as libjpeg
/// rounds them, luma's up and chroma's down, so that one colour is the same at every effort.
struct Sums {
  int r = 0, g = 0, b = 0;

  std::uint8_t weighted(int wr, int wg, int wb, int offset, int shift) const {
    const int half = ((1 << 15) - (offset == 0 ? 0 : 1)) << shift;
    return static_cast<std::uint8_t>(std::clamp(((r * wr + g * wg + b * wb + half) >> (16 + shift)) + offset, 0, 255));
  }
};

struct Rgb {
  explicit Rgb(const Picture& picture) : picture_(picture) {}

  /// Sums of the pixels that a sample covers; edge pixels are repeated beyond the edges.
  Sums sums(int x, int y, int pitch_x, int pitch_y) const {
    Sums total;
    for (int dy = 0; dy < pitch_y; ++dy) {
      const int row = std::min(y * pitch_y + dy, picture_.height - 1);
      for (int dx = 0; dx < pitch_x; ++dx) {
        const int column = std::min(x * pitch_x + dx, picture_.width - 1);
        total.r += picture_.planes[0].row<std::uint8_t>(row)[column];
        total.g += picture_.planes[1].row<std::uint8_t>(row)[column];
        total.b += picture_.planes[2].row<std::uint8_t>(row)[column];
      }
    }
    return total;
  }

 private:
  const Picture& picture_;
};

}  // namespace

JpegTables tables_of(const jpeg_compress_struct& jpeg) {
  JpegTables tables{};
  for (std::size_t t = 0; t < tables.size(); ++t)
    for (std::size_t k = 0; k < DCTSIZE2; ++k) tables[t][k] = jpeg.quant_tbl_ptrs[t]->quantval[k_zigzag[k]];
  return tables;
}

JpegOutput::JpegOutput(const JpegContent& content) : content_(content) {
  for (std::size_t t = 0; t < content.counts.size(); ++t) {
    dc_[t] = best_table(content.counts[t].dc);
    ac_[t] = best_table(content.counts[t].ac);
  }
}

void JpegOutput::set_tables(jpeg_compress_struct& jpeg) const {
  for (std::size_t t = 0; t < content_.counts.size(); ++t) {
    assign(dc_[t], *jpeg.dc_huff_tbl_ptrs[t]);
    assign(ac_[t], *jpeg.ac_huff_tbl_ptrs[t]);
  }
}

void JpegOutput::start(jpeg_compress_struct& jpeg) {
  for (std::size_t c = 0; c < content_.components.size(); ++c) {
    const JpegBlocks& blocks = content_.components[c];
    jpeg_component_info& info = jpeg.comp_info[c];
    if (content_.one_table) info.dc_tbl_no = info.ac_tbl_no = 0;
    arrays_[c] = jpeg.mem->request_virt_barray(
        common(jpeg), JPOOL_IMAGE, TRUE, whole_mcus(blocks.columns, info.h_samp_factor),
        whole_mcus(blocks.rows, info.v_samp_factor), static_cast<JDIMENSION>(info.v_samp_factor));
  }
  jpeg.optimize_coding = jpeg.scan_info != nullptr;
  if (jpeg.optimize_coding)
    set_scans(jpeg);
  else
    set_tables(jpeg);
  jpeg_write_coefficients(&jpeg, arrays_.data());
}

void JpegOutput::write(jpeg_compress_struct& jpeg) {
  for (std::size_t c = 0; c < content_.components.size(); ++c) {
    const JpegBlocks& blocks = content_.components[c];
    std::size_t block = 0;
    for (int y = 0; y < blocks.rows; ++y) {
      if (jpeg.progress != nullptr) jpeg.progress->progress_monitor(common(jpeg));
      JBLOCK* row = *jpeg.mem->access_virt_barray(common(jpeg), arrays_[c], static_cast<JDIMENSION>(y), 1, TRUE);
      for (int x = 0; x < blocks.columns; ++x, ++block) {
        const std::int16_t* values = &blocks.values[block * DCTSIZE2];
        row[x][0] = values[0];
        for (std::uint64_t left = blocks.set[block]; left != 0; left &= left - 1) {
          const auto k = static_cast<std::size_t>(std::countr_zero(left));
          row[x][k_zigzag[k]] = values[k];
        }
      }
    }
  }
}

Picture to_ycbcr(const Picture& picture, int pitch_x, int pitch_y) {
  Picture out;
  out.width = picture.width;
  out.height = picture.height;
  out.model = ColourModel::ycbcr;
  const int shift = (pitch_x > 1 ? 1 : 0) + (pitch_y > 1 ? 1 : 0);
  const int width = (picture.width + pitch_x - 1) / pitch_x, height = (picture.height + pitch_y - 1) / pitch_y;
  out.planes.emplace_back(picture.width, picture.height, 1);
  for (int c = 1; c < 3; ++c) out.planes.emplace_back(width, height, 1, pitch_x, pitch_y);
  const Rgb rgb(picture);
  Pace pace;
  for (int y = 0; y < picture.height; ++y) {
    pace.keep(static_cast<std::size_t>(picture.width));
    for (int x = 0; x < picture.width; ++x)
      out.planes[0].row<std::uint8_t>(y)[x] = rgb.sums(x, y, 1, 1).weighted(19595, 38470, 7471, 0, 0);
  }
  for (int y = 0; y < height; ++y) {
    pace.keep(static_cast<std::size_t>(picture.width));
    for (int x = 0; x < width; ++x) {
      const Sums sums = rgb.sums(x, y, pitch_x, pitch_y);
      out.planes[1].row<std::uint8_t>(y)[x] = sums.weighted(-11059, -21709, 32768, 128, shift);
      out.planes[2].row<std::uint8_t>(y)[x] = sums.weighted(32768, -27439, -5329, 128, shift);
    }
  }
  return out;
}

void join_tables(std::vector<std::byte>& jpeg) {
  constexpr int k_dht = 0xC4, k_dqt = 0xDB, k_sos = 0xDA;
  std::size_t in = 2, out = 2;  // behind SOI
  std::size_t head = 0;         // of the segment written last
  while (byte_at(jpeg, in + 1) != k_sos) {
    const int marker = byte_at(jpeg, in + 1);
    const std::size_t size = 2 + static_cast<std::size_t>(byte_at(jpeg, in + 2) << 8 | byte_at(jpeg, in + 3));
    const bool joins = (marker == k_dht || marker == k_dqt) && head != 0 && byte_at(jpeg, head + 1) == marker;
    const std::size_t left_out = joins ? 4 : 0;
    if (!joins) head = out;
    std::copy_n(jpeg.begin() + static_cast<std::ptrdiff_t>(in + left_out), size - left_out,
                jpeg.begin() + static_cast<std::ptrdiff_t>(out));
    in += size;
    out += size - left_out;
    const std::size_t length = out - head - 2;
    jpeg[head + 2] = static_cast<std::byte>(length >> 8);
    jpeg[head + 3] = static_cast<std::byte>(length & 255);
  }
  jpeg.erase(jpeg.begin() + static_cast<std::ptrdiff_t>(out), jpeg.begin() + static_cast<std::ptrdiff_t>(in));
}

}  // namespace thumbs::image
