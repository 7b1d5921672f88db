// zlib, which checks the length and the CRC at the end.
#include "image/codec/svg/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <memory>

#include "thumbs/error.h"

namespace thumbs::image {

bool is_gzip(std::span<const std::byte> bytes) {
  return bytes.size() > 2 && bytes[0] == std::byte{0x1F} && bytes[1] == std::byte{0x8B};
}

std::vector<std::byte> gunzip(std::span<const std::byte> bytes, std::size_t most) {
  constexpr int k_gzip_window = 15 + 16;
  constexpr std::size_t k_first = 64 << 10;
  z_stream stream{};
  if (inflateInit2(&stream, k_gzip_window) != Z_OK) throw Error(ErrorCode::memory, "out of memory");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));  // zlib does not write there
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::vector<std::byte> out;
  for (int result = Z_OK; result != Z_STREAM_END;) {
    const std::size_t had = out.size();
    if (had > most) throw Error(ErrorCode::too_large, "an SVG of more than 64 MiB, compressed");
    out.resize(std::min(std::max(k_first, 2 * had), most + 1));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + had);
    stream.avail_out = static_cast<uInt>(out.size() - had);
    result = inflate(&stream, Z_NO_FLUSH);
    out.erase(out.end() - static_cast<std::ptrdiff_t>(stream.avail_out), out.end());
    if (result == Z_BUF_ERROR || (result == Z_OK && stream.avail_in == 0 && stream.avail_out > 0))
      throw Error(ErrorCode::truncated, "premature end of file");
    if (result != Z_OK && result != Z_STREAM_END) throw Error(ErrorCode::corrupt, "broken gzip data");
  }
  return out;
}

}  // namespace thumbs::image
