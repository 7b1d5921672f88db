// One code at a time. Runs end at the edge of the picture, as Windows draws them.
#include "image/codec/bmp/rle.h"

#include <algorithm>
#include <cstring>

namespace thumbs::image {
namespace {

class RunReader {
 public:
  RunReader(const BmpFile& file, std::span<const std::byte> data, std::byte* pixels)
      : file_(file), data_(data), pixels_(pixels), unit_(bmp_run_bytes(file.coding)) {}

  /// One code; false at the end. Returns by `work` how many pixels it drew.
  bool step(std::size_t& work) {
    work = 1;
    if (y_ >= file_.height || at_ + 2 > data_.size()) return false;
    const unsigned first = byte(at_), second = byte(at_ + 1);
    if (first > 0) return run(first, work);
    at_ += 2;
    switch (second) {
      case 0: return end_row();
      case 1: marked_ = true; return false;
      case 2: return move();
      default: return literal(second, work);
    }
  }

  bool marked() const { return marked_; }
  int rows() const { return y_; }
  bool complete() const { return marked_ || y_ >= file_.height || (y_ == file_.height - 1 && x_ >= file_.width); }

 private:
  unsigned byte(std::size_t at) const { return std::to_integer<unsigned>(data_[at]); }
  bool end_row() {
    x_ = 0;
    ++y_;
    return true;
  }
  bool move() {
    if (at_ + 2 > data_.size()) return false;
    x_ = std::min(x_ + static_cast<int>(byte(at_)), file_.width);
    y_ = std::min(y_ + static_cast<int>(byte(at_ + 1)), file_.height);
    at_ += 2;
    return true;
  }
  void put(const std::byte* pixel) {
    if (x_ >= file_.width) return;
    const std::size_t place =
        static_cast<std::size_t>(y_) * static_cast<std::size_t>(file_.width) + static_cast<std::size_t>(x_);
    std::memcpy(pixels_ + place * unit_, pixel, unit_);
    ++x_;
  }
  std::byte nibble(unsigned pair, unsigned i) const {
    return static_cast<std::byte>(i % 2 == 0 ? pair >> 4 : pair & 15);
  }

  bool run(unsigned count, std::size_t& work) {
    if (at_ + 1 + unit_ > data_.size()) return false;
    const unsigned value = byte(at_ + 1);
    for (unsigned i = 0; i < count; ++i) {
      const std::byte index = nibble(value, i);
      put(file_.coding == BmpCoding::rle4 ? &index : data_.data() + at_ + 1);
    }
    at_ += 1 + unit_;
    work = count;
    return true;
  }
  bool literal(unsigned count, std::size_t& work) {
    const bool halves = file_.coding == BmpCoding::rle4;
    const std::size_t bytes = halves ? (count + 1) / 2 : count * unit_;
    const unsigned there =
        static_cast<unsigned>(std::min<std::size_t>(count, (data_.size() - at_) * (halves ? 2 : 1) / unit_));
    for (unsigned i = 0; i < there; ++i) {
      const std::byte index = halves ? nibble(byte(at_ + i / 2), i) : std::byte{0};
      put(halves ? &index : data_.data() + at_ + i * unit_);
    }
    work = count;
    at_ = std::min(at_ + bytes + bytes % 2, data_.size());
    return there == count;
  }

  const BmpFile& file_;
  std::span<const std::byte> data_;
  std::byte* pixels_;
  std::size_t unit_;
  std::size_t at_ = 0;
  int x_ = 0;
  int y_ = 0;
  bool marked_ = false;
};

}  // namespace

BmpRuns decode_bmp_runs(const BmpFile& file, std::span<const std::byte> data,
                        const std::function<void(std::size_t)>& spend) {
  BmpRuns runs;
  runs.pixels =
      Buffer(static_cast<std::size_t>(file.width) * static_cast<std::size_t>(file.height) * bmp_run_bytes(file.coding));
  std::memset(runs.pixels.data(), 0, runs.pixels.size());
  RunReader reader(file, data, runs.pixels.data());
  for (std::size_t work = 0; reader.step(work);) spend(work);
  runs.marked = reader.marked();
  runs.ended = reader.complete();
  runs.rows = std::min(reader.rows(), file.height);
  return runs;
}

}  // namespace thumbs::image
