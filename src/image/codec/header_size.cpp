// Opens a decoder and asks it for no pixels.
#include "image/codec/header_size.h"

#include <memory>

#include "image/codec/codec.h"
#include "thumbs/error.h"

namespace thumbs {

PixelSize size_in_header(std::span<const std::byte> bytes) {
  try {
    MemorySource source(bytes);
    const std::unique_ptr<Decoder> decoder = open_picture(source, Limits{.input_pixels = 0, .input_bytes = 0});
    return {decoder->header().width, decoder->header().height};
  } catch (const Error&) {
    return {};
  }
}

}  // namespace thumbs
