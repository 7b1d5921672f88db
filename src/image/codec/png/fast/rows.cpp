// Filtered rows → rows, a group at a time; the last row of a group is the one above the next.
#include <algorithm>
#include <vector>

#include "image/codec/png/fast/expand.h"
#include "image/codec/png/fast/stream.h"
#include "image/codec/png/fast/unfilter.h"

namespace thumbs::image {
namespace {

constexpr std::size_t k_bytes_between_looks = 256 << 10;

/// Two groups of rows without filters, in turn.
class Groups {
 public:
  explicit Groups(std::size_t row_bytes)
      : pitch_(row_bytes + k_unfilter_slack), memory_(2 * k_unfilter_rows * pitch_ + k_unfilter_slack) {}

  /// The next rows.
  const std::uint8_t* undo(const FilteredRows& in, std::size_t& count) {
    const std::uint8_t* const above = last_;
    std::uint8_t* const out = memory_.data() + (second_ ? k_unfilter_rows * pitch_ : 0);
    count = unfilter(in, above, out, pitch_);
    last_ = out + (count - 1) * pitch_;
    second_ = !second_;
    return out;
  }
  std::size_t pitch() const { return pitch_; }

 private:
  std::size_t pitch_;
  std::vector<std::uint8_t> memory_;
  bool second_ = false;
  const std::uint8_t* last_ = memory_.data() + k_unfilter_rows * pitch_;  ///< zeros at first
};

}  // namespace

bool read_whole_png(ByteSource& source, const PngLayout& layout, const RowFormat& format, const CpuLimit& limit,
                    const std::function<void(const std::byte*)>& take) {
  const std::optional<Buffer> filtered = filtered_rows(source, layout);
  if (!filtered) return false;
  limit.check();
  const std::size_t row_bytes = layout.row_bytes(), pixel_bits = std::size_t{layout.channels} * layout.depth;
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(filtered->data());
  PngExpansion expand(layout, format);
  Groups groups(expand.is_nothing() ? format.bytes() : row_bytes);
  std::vector<std::uint16_t> expanded(expand.is_nothing() ? 0 : (format.bytes() + 1) / 2);
  std::size_t since_look = 0;
  for (std::size_t y = 0, count = 0; y < layout.height; y += count) {
    const FilteredRows rows{bytes + y * (row_bytes + 1), layout.height - y, row_bytes,
                            std::max<std::size_t>(pixel_bits / 8, 1)};
    const std::uint8_t* row = groups.undo(rows, count);
    for (std::size_t i = 0; i < count; ++i, row += groups.pitch()) {
      auto* const out = reinterpret_cast<std::byte*>(expanded.data());
      if (expand.is_nothing()) {
        take(reinterpret_cast<const std::byte*>(row));
      } else {
        if (!expand(row, out)) return false;
        take(out);
      }
    }
    since_look += count * (row_bytes + format.bytes());
    if (since_look < k_bytes_between_looks) continue;
    since_look = 0;
    limit.check();
  }
  return true;
}

}  // namespace thumbs::image
