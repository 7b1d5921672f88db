// BMP → rows of grey, RGB or RGBA. Most files have their last row first: those are read from their end, some rows at a
// time, run-length codes too.
#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "image/codec/bmp/bmp.h"
#include "image/codec/bmp/header.h"
#include "image/codec/bmp/rle.h"
#include "image/codec/pixel_limit.h"
#include "image/codec/row_decoder.h"
#include "image/codec/source_reader.h"
#include "thumbs/error.h"

namespace thumbs::image {
namespace {

/// The samples of one channel, of any number of bits, as 8 bits.
class BmpChannel {
 public:
  BmpChannel(std::uint32_t mask)  // NOLINT(google-explicit-constructor): a mask is a channel
      : mask_(mask), shift_(mask == 0 ? 0 : std::countr_zero(mask)), most_(mask >> shift_) {
    for (std::uint32_t v = 0; v < table_.size() && v <= most_; ++v) table_[v] = scaled(v);
  }
  std::uint8_t of(std::uint32_t pixel) const {
    const std::uint32_t value = (pixel & mask_) >> shift_;
    return value < table_.size() ? table_[value] : scaled(value);
  }

 private:
  std::uint8_t scaled(std::uint32_t value) const {
    if (most_ == 0) return 0;
    return static_cast<std::uint8_t>((std::uint64_t{value} * 255 + most_ / 2) / most_);
  }

  std::uint32_t mask_;
  int shift_;
  std::uint32_t most_;
  std::array<std::uint8_t, 256> table_{};
};

bool all_grey(const std::vector<std::uint32_t>& palette) {
  return std::ranges::all_of(palette, [](std::uint32_t colour) {
    return (colour >> 24) == (colour >> 16 & 255) && (colour >> 24) == (colour >> 8 & 255);
  });
}

class BmpDecoder final : public RowDecoder {
 public:
  BmpDecoder(ByteSource& source, const Limits& limits)
      : RowDecoder(source, limits), file_(read_bmp(source, warnings_)) {
    require_few_pixels(file_.width, file_.height, limits);
    header_.format = FileFormat::bmp;
    header_.width = file_.width;
    header_.height = file_.height;
    header_.colours.profile = std::move(file_.profile);
    if (file_.bits <= 8) read_palette();
    channels_.assign(file_.masks.begin(), file_.masks.end());
    header_.alpha = file_.bits > 8 && file_.masks[3] != 0 && any_alpha();
    header_.bits = header_.alpha ? 16 : 8;
  }

  MetadataBlocks metadata() override { return {}; }

 private:
  void read_palette();
  bool any_alpha() const;
  bool runs() const { return file_.coding != BmpCoding::plain; }
  std::size_t needed_row_bytes() const;
  std::size_t held_row_bytes() const;
  std::size_t rows_at_once() const;
  std::uint64_t pixel_bytes() const;
  void read_rows(const RowFormat& format, FailOn fail_on, RowFeed& feed) override;
  double reader_memory(const RowFormat& format) const override;
  void read_in_order(const RowFormat& format, FailOn fail_on, RowFeed& feed);
  void read_runs(const RowFormat& format, FailOn fail_on, RowFeed& feed);
  void read_backwards(const RowFormat& format, FailOn fail_on, RowFeed& feed);
  void convert(const std::byte* row, std::uint8_t* out) const;
  void convert_run_pixels(const std::byte* row, std::uint8_t* out) const;
  void convert_indices(const std::byte* row, std::uint8_t* out) const;
  void convert_pixels(const std::byte* row, std::uint8_t* out) const;
  void put_colour(std::size_t index, std::uint8_t*& out) const;

  BmpFile file_;
  std::vector<BmpChannel> channels_;
};

/// A profile of RGB fits no grey.
void BmpDecoder::read_palette() {
  const bool grey = header_.colours.profile.empty() && all_grey(file_.palette);
  header_.model = grey ? ColourModel::grey : ColourModel::rgb;
  if (!grey) header_.palette = file_.palette;
}

/// Without padding.
std::size_t BmpDecoder::needed_row_bytes() const {
  return (static_cast<std::size_t>(file_.width) * static_cast<std::size_t>(file_.bits) + 7) / 8;
}

/// Of a row that is read together with others.
std::size_t BmpDecoder::held_row_bytes() const {
  return runs() ? static_cast<std::size_t>(file_.width) * bmp_run_bytes(file_.coding)
                : static_cast<std::size_t>(file_.row_bytes());
}

/// As many as it takes to seek rarely.
std::size_t BmpDecoder::rows_at_once() const {
  constexpr std::size_t k_bytes_at_once = 256 << 10;
  return std::clamp<std::size_t>(k_bytes_at_once / held_row_bytes(), 1, static_cast<std::size_t>(file_.height));
}

/// The bytes of the pixels that are there.
std::uint64_t BmpDecoder::pixel_bytes() const {
  const std::uint64_t rest = source_.size() - std::min(file_.pixels_at, source_.size());
  return std::min(rest, file_.row_bytes() * static_cast<unsigned>(file_.height));
}

/// Writers that know of no alpha leave it at 0 everywhere.
bool BmpDecoder::any_alpha() const {
  SourceReader reader(source_);
  std::vector<std::byte> row(static_cast<std::size_t>(file_.row_bytes()));
  if (!reader.seek(file_.pixels_at)) return false;
  const std::size_t step = static_cast<std::size_t>(file_.bits) / 8;
  const std::size_t used = static_cast<std::size_t>(file_.width) * step;
  for (int y = 0; y < file_.height; ++y) {
    const std::size_t got = reader.read(row);
    for (std::size_t at = 0; at + step <= std::min(got, used); at += step) {
      std::uint32_t pixel = 0;
      for (std::size_t i = step; i-- > 0;) pixel = pixel << 8 | std::to_integer<std::uint32_t>(row[at + i]);
      if ((pixel & file_.masks[3]) != 0) return true;
    }
    if (got < row.size()) return false;
  }
  return false;
}

double BmpDecoder::reader_memory(const RowFormat& format) const {
  const double rows = static_cast<double>(held_row_bytes()) * static_cast<double>(rows_at_once());
  const double bands = runs() ? file_.height / static_cast<double>(rows_at_once()) + 1 : 0;
  return rows + bands * sizeof(BmpRunPlace) + static_cast<double>(format.bytes()) + (64 << 10);
}

void BmpDecoder::put_colour(std::size_t index, std::uint8_t*& out) const {
  const std::uint32_t colour = index < file_.palette.size() ? file_.palette[index] : 0;
  *out++ = static_cast<std::uint8_t>(colour >> 24);
  if (header_.model == ColourModel::grey) return;
  *out++ = static_cast<std::uint8_t>(colour >> 16);
  *out++ = static_cast<std::uint8_t>(colour >> 8);
}

void BmpDecoder::convert_indices(const std::byte* row, std::uint8_t* out) const {
  const unsigned bits = static_cast<unsigned>(file_.bits), most = (1U << bits) - 1;
  for (unsigned x = 0; x < static_cast<unsigned>(file_.width); ++x) {
    const unsigned shift = 8 - bits - x * bits % 8;
    put_colour(std::to_integer<unsigned>(row[std::size_t{x} * bits / 8]) >> shift & most, out);
  }
}

void BmpDecoder::convert_pixels(const std::byte* row, std::uint8_t* out) const {
  const std::size_t step = static_cast<std::size_t>(file_.bits) / 8, count = header_.alpha ? 4 : 3;
  for (int x = 0; x < file_.width; ++x, row += step) {
    std::uint32_t pixel = 0;
    for (std::size_t i = step; i-- > 0;) pixel = pixel << 8 | std::to_integer<std::uint32_t>(row[i]);
    for (std::size_t c = 0; c < count; ++c) *out++ = channels_[c].of(pixel);
  }
}

/// A stored row, of file_.row_bytes().
void BmpDecoder::convert(const std::byte* row, std::uint8_t* out) const {
  if (file_.bits <= 8) return convert_indices(row, out);
  if (file_.bits != 24) return convert_pixels(row, out);
  for (int x = 0; x < file_.width; ++x, row += 3, out += 3)
    for (std::size_t c = 0; c < 3; ++c) out[c] = std::to_integer<std::uint8_t>(row[2 - c]);
}

/// A row of BmpRuns.
void BmpDecoder::convert_run_pixels(const std::byte* row, std::uint8_t* out) const {
  if (file_.bits > 8) return convert(row, out);
  for (int x = 0; x < file_.width; ++x) put_colour(std::to_integer<std::size_t>(row[x]), out);
}

void BmpDecoder::read_rows(const RowFormat& format, FailOn fail_on, RowFeed& feed) {
  if (runs())
    read_runs(format, fail_on, feed);
  else if (file_.top_down)
    read_in_order(format, fail_on, feed);
  else
    read_backwards(format, fail_on, feed);
}

void BmpDecoder::read_in_order(const RowFormat& format, FailOn /*fail_on*/, RowFeed& feed) {
  SourceReader reader(source_);
  std::vector<std::byte> row(static_cast<std::size_t>(file_.row_bytes()));
  std::vector<std::byte> out(format.bytes());
  reader.seek(file_.pixels_at);
  for (int y = 0; y < file_.height; ++y) {
    // The padding of the last row may be missing.
    if (reader.read(row) < needed_row_bytes()) throw Error(ErrorCode::truncated, "premature end of file");
    convert(row.data(), reinterpret_cast<std::uint8_t*>(out.data()));
    feed.add(out.data());
  }
}

/// The file has the picture's last row first; if it ends early, its first ones are missing.
void BmpDecoder::read_backwards(const RowFormat& format, FailOn fail_on, RowFeed& feed) {
  const std::uint64_t bytes = pixel_bytes(), stride = file_.row_bytes();
  const auto height = static_cast<std::size_t>(file_.height);
  const auto there = static_cast<std::size_t>(bytes / stride + (bytes % stride >= needed_row_bytes() ? 1 : 0));
  if (there < height) {
    if (fail_on != FailOn::none || there == 0) throw Error(ErrorCode::truncated, "premature end of file");
    warnings_.add("premature end of file");
  }
  std::vector<std::byte> out(format.bytes());
  for (std::size_t y = there; y < height; ++y) feed.add(out.data());
  SourceReader reader(source_);
  std::vector<std::byte> rows(rows_at_once() * static_cast<std::size_t>(stride));
  for (std::size_t end = there, begin = 0; end > 0; end = begin) {
    begin = end - std::min(end, rows_at_once());
    const std::uint64_t at = begin * stride;
    const auto some = std::span(rows).first(static_cast<std::size_t>(std::min(end * stride, bytes) - at));
    if (!reader.seek(file_.pixels_at + at) || reader.read(some) != some.size())
      throw Error(ErrorCode::changed_while_read, "the file changed while it was read");
    for (std::size_t y = end; y-- > begin;) {
      convert(rows.data() + (y - begin) * static_cast<std::size_t>(stride),
              reinterpret_cast<std::uint8_t*>(out.data()));
      feed.add(out.data());
    }
  }
}

void BmpDecoder::read_runs(const RowFormat& format, FailOn fail_on, RowFeed& feed) {
  BmpRuns runs(file_, source_, static_cast<int>(rows_at_once()), [&](std::size_t work) { feed.spend(work); });
  if (!runs.ended()) {
    if (fail_on != FailOn::none || runs.rows() == 0) throw Error(ErrorCode::truncated, "premature end of file");
    warnings_.add("premature end of file");
  }
  std::vector<std::byte> rows(rows_at_once() * held_row_bytes()), out(format.bytes());
  for (int i = 0; i < runs.bands(); ++i) {
    const int band = file_.top_down ? i : runs.bands() - 1 - i;
    const int count = runs.end_row(band) - runs.first_row(band);
    runs.draw(band, rows);
    for (int y = 0; y < count; ++y) {
      const int stored = file_.top_down ? y : count - 1 - y;
      convert_run_pixels(rows.data() + static_cast<std::size_t>(stored) * held_row_bytes(),
                         reinterpret_cast<std::uint8_t*>(out.data()));
      feed.add(out.data());
    }
  }
  if (runs.ended() && !runs.marked()) fault_behind_pixels(fail_on, "no end mark");
}

}  // namespace

std::unique_ptr<Decoder> open_bmp(ByteSource& source, const Limits& limits) {
  return std::make_unique<BmpDecoder>(source, limits);
}

}  // namespace thumbs::image
