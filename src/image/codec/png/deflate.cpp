// libdeflate for what it does in a moment, since nothing can interrupt it; zlib, piece by piece, for more.
#include "image/codec/png/deflate.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include "support/work_limit.h"

namespace thumbs::image {
namespace {

/// libdeflate's levels for those of zlib: each gives fewer bytes, in less time but for the last.
constexpr std::array k_levels = {0, 1, 2, 4, 5, 6, 7, 9, 10, 11};
constexpr int k_first_near_optimal = 8;  ///< from here on libdeflate needs much memory
constexpr std::size_t k_piece_bytes = 64 << 10;

/// What takes a quarter of a second.
std::size_t most_at_once(int level) {
  constexpr std::size_t k_fast = std::size_t{16} << 20, k_near_optimal = std::size_t{2} << 20;
  return level >= k_first_near_optimal ? k_near_optimal : k_fast;
}

struct FreeDeflater {
  void operator()(libdeflate_compressor* deflater) const { libdeflate_free_compressor(deflater); }
};

std::vector<std::byte> deflate_at_once(std::span<const std::byte> rows, int level) {
  const std::unique_ptr<libdeflate_compressor, FreeDeflater> deflater(
      libdeflate_alloc_compressor(k_levels[static_cast<std::size_t>(level)]));
  if (!deflater) throw std::bad_alloc();
  std::vector<std::byte> out(libdeflate_zlib_compress_bound(deflater.get(), rows.size()));
  out.resize(libdeflate_zlib_compress(deflater.get(), rows.data(), rows.size(), out.data(), out.size()));
  return out;
}

/// Ends zlib's stream.
struct Stream {
  Stream(int asked, bool filtered) {
    constexpr int k_last = 7;  ///< from here on zlib's best
    const int level = asked >= k_last ? Z_BEST_COMPRESSION : asked;
    constexpr int k_most_memory = 8, k_window_bits = 15;
    const int strategy = filtered ? Z_FILTERED : Z_DEFAULT_STRATEGY;
    if (deflateInit2(&zlib, level, Z_DEFLATED, k_window_bits, k_most_memory, strategy) != Z_OK) throw std::bad_alloc();
  }
  ~Stream() { deflateEnd(&zlib); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  z_stream zlib{};
};

std::vector<std::byte> deflate_in_pieces(std::span<const std::byte> rows, int level, bool filtered) {
  Stream stream(level, filtered);
  std::vector<std::byte> out(deflateBound(&stream.zlib, static_cast<uLong>(rows.size())));
  stream.zlib.next_out = reinterpret_cast<Bytef*>(out.data());
  std::size_t room = out.size();
  while (true) {
    const std::span<const std::byte> piece = rows.first(std::min(rows.size(), k_piece_bytes));
    rows = rows.subspan(piece.size());
    stream.zlib.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(piece.data()));
    stream.zlib.avail_in = static_cast<uInt>(piece.size());
    stream.zlib.avail_out = static_cast<uInt>(std::min<std::size_t>(room, 2 * k_piece_bytes));
    const uInt before = stream.zlib.avail_out;
    const int result = deflate(&stream.zlib, rows.empty() ? Z_FINISH : Z_NO_FLUSH);
    room -= before - stream.zlib.avail_out;
    if (result == Z_STREAM_END) break;
    keep_within_limits();
  }
  out.resize(out.size() - room);
  return out;
}

}  // namespace

std::vector<std::byte> deflate_rows(std::span<const std::byte> rows, int level, bool filtered) {
  constexpr int k_thorough = 6;
  if (rows.size() > most_at_once(level)) return deflate_in_pieces(rows, level, filtered);
  std::vector<std::byte> stream = deflate_at_once(rows, level);
  if (filtered || level < k_thorough) return stream;
  // Indices repeat more than differences do, and there now the one finds more, now the other.
  std::vector<std::byte> other = deflate_in_pieces(rows, Z_BEST_COMPRESSION, filtered);
  return other.size() < stream.size() ? other : stream;
}

double deflate_memory(double bytes, int level) {
  constexpr double k_deflater = 768 << 10, k_near_optimal = 9 << 20, k_fixed = 64 << 10;
  return 2 * 1.01 * bytes + k_fixed + (level >= k_first_near_optimal ? k_near_optimal : k_deflater);
}

}  // namespace thumbs::image
