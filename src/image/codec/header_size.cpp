// Opens a decoder and asks it for no pixels.
#include "image/codec/header_size.h"

#include <memory>

#include "image/codec/codec.h"
#include "thumbs/error.h"

namespace thumbs::image {

PixelSize size_in_header(std::span<const std::byte> bytes) {
  try {
    MemorySource source(bytes);
    Limits none;
    none.input_pixels = 0;
    const std::unique_ptr<Decoder> decoder = open_picture(source, none);
    return {decoder->header().width, decoder->header().height};
  } catch (const Error&) {
    return {};
  }
}

}  // namespace thumbs::image
