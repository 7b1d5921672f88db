// Treats a file as if it ended earlier: some files were allocated at full size, but never written to their end.
#pragma once

#include <cstdint>
#include <span>

#include "image/codec/codec.h"

namespace thumbs::image {

/// The first `end` bytes of `source`, which must outlive it.
class CutSource final : public ByteSource {
 public:
  CutSource(ByteSource& source, std::uint64_t end) : source_(source), end_(end) {}
  std::span<const std::byte> next() override;
  void rewind() override;
  std::uint64_t size() const override;

 private:
  ByteSource& source_;
  std::uint64_t end_;
  std::uint64_t at_ = 0;
};

/// The offset behind the last byte that is not zero. Reads `source` from its start.
std::uint64_t end_without_zeros(ByteSource& source);

}  // namespace thumbs::image
