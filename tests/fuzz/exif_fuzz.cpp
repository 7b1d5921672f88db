// Any bytes as an EXIF block.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "image/metadata/orientation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto block = std::as_bytes(std::span(data, size));
  const int orientation = thumbs::image::exif_orientation(block);
  if (orientation < 1 || orientation > 8) std::abort();
  if (orientation != 1 && !thumbs::image::exif_readable(block)) std::abort();
  return 0;
}
