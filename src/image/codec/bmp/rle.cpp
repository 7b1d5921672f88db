// One code at a time. Runs end at the edge of the picture, as Windows draws them.
#include "image/codec/bmp/rle.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "thumbs/error.h"

namespace thumbs::image {
namespace {

/// Rows that runs are drawn into; without memory they are only followed.
struct Band {
  std::byte* pixels = nullptr;
  int first_row = 0;
  int end_row = 0;
};

class RunReader {
 public:
  RunReader(const BmpFile& file, SourceReader& reader, BmpRunPlace from, Band band)
      : file_(file), reader_(reader), unit_(bmp_run_bytes(file.coding)), band_(band), x_(from.x), y_(from.y) {}

  /// One code; false at the end of the band or of the data. Returns by `work` how many pixels it drew.
  bool step(std::size_t& work) {
    work = 1;
    std::array<std::byte, 2> code{};
    if (y_ >= band_.end_row || reader_.read(code) != code.size()) return false;
    const auto first = std::to_integer<unsigned>(code[0]), second = std::to_integer<unsigned>(code[1]);
    if (first > 0) return run(first, code[1], work);
    switch (second) {
      case 0: return end_row();
      case 1: marked_ = true; return false;
      case 2: return move();
      default: return literal(second, work);
    }
  }

  /// Whether the end mark was read, or comes next, behind the end of the last row.
  bool ends_with_mark() {
    std::array<std::byte, 2> code{};
    if (!marked_ && y_ >= file_.height && reader_.read(code) == code.size())
      marked_ = code == std::array{std::byte{0}, std::byte{1}};
    return marked_;
  }
  BmpRunPlace place() const { return {reader_.position(), x_, y_}; }
  bool complete() const { return marked_ || y_ >= file_.height || (y_ == file_.height - 1 && x_ >= file_.width); }

 private:
  bool end_row() {
    x_ = 0;
    ++y_;
    return true;
  }
  bool move() {
    std::array<std::byte, 2> by{};
    if (reader_.read(by) != by.size()) return false;
    x_ = std::min(x_ + std::to_integer<int>(by[0]), file_.width);
    y_ = std::min(y_ + std::to_integer<int>(by[1]), file_.height);
    return true;
  }
  void put(const std::byte* pixel) {
    if (x_ >= file_.width) return;
    const std::size_t place = static_cast<std::size_t>(y_ - band_.first_row) * static_cast<std::size_t>(file_.width) +
                              static_cast<std::size_t>(x_);
    if (band_.pixels != nullptr) std::memcpy(band_.pixels + place * unit_, pixel, unit_);
    ++x_;
  }
  static std::byte nibble(std::byte pair, unsigned i) { return i % 2 == 0 ? pair >> 4 : pair & std::byte{15}; }

  bool run(unsigned count, std::byte value, std::size_t& work) {
    std::array<std::byte, 3> pixel = {value};
    if (reader_.read(std::span(pixel).subspan(1, unit_ - 1)) != unit_ - 1) return false;
    const bool halves = file_.coding == BmpCoding::rle4;
    for (unsigned i = 0; i < count; ++i) {
      if (halves) pixel[0] = nibble(value, i);
      put(pixel.data());
    }
    work = count;
    return true;
  }
  bool literal(unsigned count, std::size_t& work) {
    const bool halves = file_.coding == BmpCoding::rle4;
    const std::size_t bytes = halves ? (count + 1) / 2 : count * unit_;
    std::array<std::byte, std::size_t{255} * 3 + 1> pixels{};
    const std::size_t got = std::min(reader_.read(std::span(pixels).first(bytes + bytes % 2)), bytes);
    const auto there = static_cast<unsigned>(std::min<std::size_t>(count, got * (halves ? 2 : 1) / unit_));
    for (unsigned i = 0; i < there; ++i) {
      const std::byte index = nibble(pixels[i / 2], i);
      put(halves ? &index : pixels.data() + i * unit_);
    }
    work = count;
    return there == count;
  }

  const BmpFile& file_;
  SourceReader& reader_;
  std::size_t unit_;
  Band band_;
  int x_;
  int y_;
  bool marked_ = false;
};

}  // namespace

BmpRuns::BmpRuns(const BmpFile& file, ByteSource& source, int band_rows, std::function<void(std::size_t)> spend)
    : file_(file), reader_(source), band_rows_(band_rows), spend_(std::move(spend)) {
  const auto bands = static_cast<std::size_t>((file.height - 1) / band_rows) + 1;
  bands_.reserve(bands);
  bands_.push_back({file.pixels_at, 0, 0});
  reader_.seek(file.pixels_at);
  RunReader runs(file, reader_, bands_.front(), {.end_row = file.height});
  for (std::size_t work = 0; runs.step(work); spend_(work))
    while (bands_.size() < bands && runs.place().y >= first_row(this->bands())) bands_.push_back(runs.place());
  marked_ = runs.ends_with_mark();
  ended_ = runs.complete();
  rows_ = std::min(runs.place().y, file.height);
  bands_.resize(bands, {runs.place().at, 0, file.height});  // those that no run reaches
}

int BmpRuns::end_row(int band) const { return std::min(band_rows_, file_.height - first_row(band)) + first_row(band); }

void BmpRuns::draw(int band, std::span<std::byte> rows) {
  std::ranges::fill(rows, std::byte{0});
  const BmpRunPlace from = bands_[static_cast<std::size_t>(band)];
  if (!reader_.seek(from.at)) throw Error(ErrorCode::changed_while_read, "the file changed while it was read");
  RunReader runs(file_, reader_, from, {rows.data(), first_row(band), end_row(band)});
  for (std::size_t work = 0; runs.step(work);) spend_(work);
}

}  // namespace thumbs::image
