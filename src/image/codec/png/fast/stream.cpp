// All IDAT chunks as one stream, for libdeflate. What libpng would warn of, or refuse, is left to it.
#include "image/codec/png/fast/stream.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>
#include <new>

#include "image/codec/png/chunks.h"

namespace thumbs::image {
namespace {

/// libpng refuses longer chunks, but for IDAT with as many bytes as the picture has.
constexpr std::size_t k_most_chunk_bytes = std::size_t{8} << 20;
constexpr std::size_t k_zlib_bytes = 2 + 4;  ///< around deflated data

struct FreeInflater {
  void operator()(libdeflate_decompressor* inflater) const { libdeflate_free_decompressor(inflater); }
};

std::size_t bytes_of_rows(const PngLayout& layout) { return (layout.row_bytes() + 1) * layout.height; }

/// Chunks that may stand behind the pixels, and that libpng is told to skip.
bool is_harmless(const PngChunks::Chunk& chunk) {
  constexpr std::uint32_t k_names[] = {png_chunk_name("tEXt"), png_chunk_name("zTXt"), png_chunk_name("iTXt"),
                                       png_chunk_name("tIME"), png_chunk_name("eXIf")};
  return std::ranges::find(k_names, chunk.name) != std::end(k_names) && chunk.length <= k_most_chunk_bytes;
}

/// From the chunk behind the last IDAT on.
bool ends_well(PngChunks& chunks, std::optional<PngChunks::Chunk> chunk) {
  for (; chunk; chunk = chunks.next()) {
    const bool end = chunk->name == png_chunk_name("IEND");
    if (end ? chunk->length != 0 : !is_harmless(*chunk)) return false;
    if (!chunks.data(*chunk)) return false;
    if (end) return true;
  }
  return false;
}

/// The data of all IDAT chunks, side by side; empty if anything is wrong up to IEND.
std::optional<std::span<const std::byte>> deflated_rows(ByteSource& source, std::size_t most_in_chunk, Buffer& memory) {
  PngChunks chunks(source);
  auto chunk = chunks.next();
  while (chunk && chunk->name != png_chunk_name("IDAT")) {
    if (!chunks.skip(*chunk)) return std::nullopt;
    chunk = chunks.next();
  }
  std::size_t size = 0;
  for (; chunk && chunk->name == png_chunk_name("IDAT"); chunk = chunks.next()) {
    if (chunk->length > most_in_chunk || chunk->length > memory.size() - size) return std::nullopt;
    if (!chunks.data(*chunk, memory.bytes().subspan(size, chunk->length))) return std::nullopt;
    size += chunk->length;
  }
  if (!ends_well(chunks, chunk)) return std::nullopt;
  return memory.bytes().first(size);
}

/// zlib has no more memory of what came before than the stream says that it needs; libdeflate has all of it.
bool window_is_enough(std::span<const std::byte> stream, std::size_t rows) {
  constexpr std::size_t k_largest_window = 32768;
  const unsigned exponent = std::to_integer<unsigned>(stream[0]) >> 4;
  return (std::size_t{256} << exponent) >= std::min(rows, k_largest_window);
}

bool inflate_exactly(std::span<const std::byte> stream, std::span<std::byte> rows) {
  const std::unique_ptr<libdeflate_decompressor, FreeInflater> inflater(libdeflate_alloc_decompressor());
  if (!inflater) throw std::bad_alloc();
  std::size_t read = 0, written = 0;
  const libdeflate_result result = libdeflate_zlib_decompress_ex(inflater.get(), stream.data(), stream.size(),
                                                                 rows.data(), rows.size(), &read, &written);
  return result == LIBDEFLATE_SUCCESS && read == stream.size() && written == rows.size();
}

bool filters_are_known(std::span<const std::byte> rows, std::size_t pitch) {
  constexpr std::byte k_paeth{4};
  for (std::size_t at = 0; at < rows.size(); at += pitch)
    if (rows[at] > k_paeth) return false;
  return true;
}

}  // namespace

std::optional<Buffer> filtered_rows(ByteSource& source, const PngLayout& layout) {
  const std::size_t size = bytes_of_rows(layout);
  Buffer memory(static_cast<std::size_t>(source.size()), Buffer::Use::again);
  const auto stream = deflated_rows(source, std::max(size, k_most_chunk_bytes), memory);
  if (!stream || stream->size() < k_zlib_bytes || !window_is_enough(*stream, size)) return std::nullopt;
  Buffer rows(size + k_png_slack, Buffer::Use::again);
  const std::span<std::byte> filled = rows.bytes().first(size);
  if (!inflate_exactly(*stream, filled) || !filters_are_known(filled, layout.row_bytes() + 1)) return std::nullopt;
  std::ranges::fill(rows.bytes().subspan(size), std::byte{0});
  return rows;
}

std::uint64_t whole_png_memory(const PngLayout& layout, std::uint64_t source_bytes) {
  // Inflated in one go, between two looks at the clock: a tenth of a second.
  constexpr std::uint64_t k_most_bytes = std::uint64_t{64} << 20;
  constexpr std::uint64_t k_inflater_bytes = 64 << 10;
  constexpr std::uint64_t k_grains = 2 * (64 << 10);  // what two buffers add, at most
  constexpr std::uint64_t k_groups = 16;              // rows that are kept without their filters, or expanded
  constexpr std::uint64_t k_expanded_bytes = 8;       // of a pixel, at most
  const std::uint64_t row = layout.row_bytes() + 1;
  if (row > k_most_bytes || layout.height > k_most_bytes / row || source_bytes > k_most_bytes) return 0;
  const std::uint64_t total = row * layout.height + source_bytes + k_inflater_bytes + k_grains + k_groups * (row + 64) +
                              layout.width * k_expanded_bytes;
  return total <= k_most_bytes ? total : 0;
}

}  // namespace thumbs::image
