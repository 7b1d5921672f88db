// Reads a PNG's chunks in order without libpng, for those that it skips or does not know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "image/codec/codec.h"

namespace thumbs::image {

constexpr std::uint32_t png_chunk_name(const char (&letters)[5]) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(letters[i]);
  return value;
}

/// Walks `source` from its start (PNG 1.2, section 3). Stops at the first broken chunk
/// without an error. For each chunk: next(), then data() or skip().
class PngChunks {
 public:
  struct Chunk {
    std::uint32_t name = 0;
    std::uint32_t length = 0;
  };

  explicit PngChunks(ByteSource& source);

  /// The next chunk's head; empty at the end.
  std::optional<Chunk> next();
  /// The chunk's data; empty if its CRC is wrong or the source ends. REQUIRES a length that may be allocated.
  std::optional<std::vector<std::byte>> data(const Chunk& chunk);
  /// As above into `out`, which has the chunk's length; false where that is empty.
  bool data(const Chunk& chunk, std::span<std::byte> out);
  /// False if the source ends.
  bool skip(const Chunk& chunk);

 private:
  bool read(std::byte* out, std::size_t count);
  std::optional<std::uint32_t> number();

  ByteSource& source_;
  std::span<const std::byte> piece_;
};

}  // namespace thumbs::image
