// Reads of any range of a ByteSource: for containers whose parts lie apart.
#pragma once

#include <algorithm>
#include <cstring>
#include <optional>

#include "image/codec/codec.h"

namespace thumbs {

/// Reads on from where it stands; a place behind that is reached by reading the source from its start again. The one
/// user of `source` meanwhile.
class SourceReader {
 public:
  explicit SourceReader(ByteSource& source) : source_(source) { source_.rewind(); }

  std::uint64_t position() const { return position_; }

  /// Moves to `offset`; false where the source ends before it.
  bool seek(std::uint64_t offset) {
    if (offset < position_) {
      source_.rewind();
      piece_ = {};
      position_ = 0;
    }
    return take(nullptr, offset - position_) == 0;
  }

  /// Fills `out` as far as the source goes; how many bytes that were.
  std::size_t read(std::span<std::byte> out) {
    return out.size() - static_cast<std::size_t>(take(out.data(), out.size()));
  }

 private:
  /// Copies, or skips where `out` is null; how many bytes were missing at the source's end.
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

/// All bytes of a source that holds them at once, valid until its next call; empty of one that comes in pieces.
inline std::span<const std::byte> whole_of(ByteSource& source) {
  source.rewind();
  const auto piece = source.next();
  return piece.size() == source.size() ? piece : std::span<const std::byte>();
}

}  // namespace thumbs
