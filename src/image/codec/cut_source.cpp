// Counts from each piece's end.
#include "image/codec/cut_source.h"

#include <algorithm>

namespace thumbs::image {

std::span<const std::byte> CutSource::next() {
  if (at_ >= end_) return {};
  std::span<const std::byte> piece = source_.next();
  piece = piece.first(static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), end_ - at_)));
  at_ += piece.size();
  return piece;
}

void CutSource::rewind() {
  source_.rewind();
  at_ = 0;
}

std::uint64_t CutSource::size() const { return std::min(source_.size(), end_); }

std::uint64_t end_without_zeros(ByteSource& source) {
  std::uint64_t size = 0, zeros = 0;
  source.rewind();
  for (auto piece = source.next(); !piece.empty(); piece = source.next()) {
    const auto last = std::ranges::find_if(piece.rbegin(), piece.rend(), [](std::byte b) { return b != std::byte{0}; });
    const auto at_end = static_cast<std::uint64_t>(last - piece.rbegin());
    zeros = at_end == piece.size() ? zeros + at_end : at_end;
    size += piece.size();
  }
  return size - zeros;
}

}  // namespace thumbs::image
