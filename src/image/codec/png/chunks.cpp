// Lengths, names and checksums of chunks (PNG 1.2, section 3 and annex D).
#include "image/codec/png/chunks.h"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "support/big_endian.h"

namespace thumbs::image {
namespace {

constexpr std::size_t k_signature_bytes = 8;
constexpr std::size_t k_crc_bytes = 4;

}  // namespace

PngChunks::PngChunks(ByteSource& source) : source_(source) {
  source_.rewind();
  read(nullptr, k_signature_bytes);
}

/// Fills `out`, or skips so many bytes if it is null; false if the source ends before.
bool PngChunks::read(std::byte* out, std::size_t count) {
  while (count > 0) {
    if (piece_.empty()) piece_ = source_.next();
    if (piece_.empty()) return false;
    const std::size_t taken = std::min(count, piece_.size());
    if (out != nullptr) std::memcpy(out, piece_.data(), taken);
    if (out != nullptr) out += taken;
    piece_ = piece_.subspan(taken);
    count -= taken;
  }
  return true;
}

std::optional<std::uint32_t> PngChunks::number() {
  std::array<std::byte, 4> bytes;
  if (!read(bytes.data(), bytes.size())) return std::nullopt;
  return big_endian_32(bytes);
}

std::optional<PngChunks::Chunk> PngChunks::next() {
  const auto length = number();
  const auto name = number();
  if (!length || !name) return std::nullopt;
  return Chunk{*name, *length};
}

bool PngChunks::data(const Chunk& chunk, std::span<std::byte> out) {
  if (!read(out.data(), out.size())) return false;
  const std::array name = {static_cast<std::byte>(chunk.name >> 24), static_cast<std::byte>(chunk.name >> 16 & 255),
                           static_cast<std::byte>(chunk.name >> 8 & 255), static_cast<std::byte>(chunk.name & 255)};
  const std::uint32_t crc = libdeflate_crc32(0, name.data(), name.size());
  return number() == (out.empty() ? crc : libdeflate_crc32(crc, out.data(), out.size()));
}

std::optional<std::vector<std::byte>> PngChunks::data(const Chunk& chunk) {
  std::vector<std::byte> bytes(chunk.length);
  if (!data(chunk, bytes)) return std::nullopt;
  return bytes;
}

bool PngChunks::skip(const Chunk& chunk) { return read(nullptr, std::size_t{chunk.length} + k_crc_bytes); }

}  // namespace thumbs::image
