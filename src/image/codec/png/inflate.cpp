// One call of zlib.
#include "image/codec/png/inflate.h"

#include <zlib.h>

#include <new>

namespace thumbs::image {

std::size_t inflate_into(std::span<const std::byte> in, std::span<std::byte> out) {
  z_stream zlib{};
  if (inflateInit(&zlib) != Z_OK) throw std::bad_alloc();
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
  zlib.avail_in = static_cast<uInt>(in.size());
  zlib.next_out = reinterpret_cast<Bytef*>(out.data());
  zlib.avail_out = static_cast<uInt>(out.size());
  inflate(&zlib, Z_SYNC_FLUSH);
  const std::size_t written = out.size() - zlib.avail_out;
  inflateEnd(&zlib);
  return written;
}

}  // namespace thumbs::image
