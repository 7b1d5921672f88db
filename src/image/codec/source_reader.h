// Reads any range of a ByteSource, for containers whose parts are scattered.
#pragma once

#include <algorithm>
#include <cstring>
#include <optional>

#include "image/codec/codec.h"

namespace thumbs::image {

/// Reads from any position. A source that cannot seek is read from its start again to go back. Nobody else may use
/// `source` at the same time.
class SourceReader {
 public:
  explicit SourceReader(ByteSource& source) : source_(source) { source_.rewind(); }

  std::uint64_t position() const { return position_; }

  /// Moves to `offset`; false if the source ends before it.
  bool seek(std::uint64_t offset) {
    const bool in_piece = offset >= position_ && offset - position_ <= piece_.size();
    if (!in_piece && source_.seek(offset)) {
      piece_ = {};
      position_ = offset;
      return offset <= source_.size();
    }
    if (offset < position_) {
      source_.rewind();
      piece_ = {};
      position_ = 0;
    }
    return take(nullptr, offset - position_) == 0;
  }

  /// Fills `out` as far as the source goes; returns the number of bytes.
  std::size_t read(std::span<std::byte> out) {
    return out.size() - static_cast<std::size_t>(take(out.data(), out.size()));
  }

 private:
  /// Copies, or skips if `out` is null; returns how many bytes were missing at the source's end.
  std::uint64_t take(std::byte* out, std::uint64_t count) {
    while (count > 0) {
      if (piece_.empty()) piece_ = source_.next();
      if (piece_.empty()) break;
      const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(count, piece_.size()));
      if (out != nullptr) std::memcpy(out, piece_.data(), taken);
      if (out != nullptr) out += taken;
      piece_ = piece_.subspan(taken);
      position_ += taken;
      count -= taken;
    }
    return count;
  }

  ByteSource& source_;
  std::span<const std::byte> piece_;
  std::uint64_t position_ = 0;
};

/// All bytes, if the source holds them in one piece (valid until its next call); else empty.
inline std::span<const std::byte> whole_of(ByteSource& source) {
  source.rewind();
  const auto piece = source.next();
  return piece.size() == source.size() ? piece : std::span<const std::byte>();
}

}  // namespace thumbs::image
