// What a file in memory comes to: its samples, or its fault.
#pragma once

#include <string>
#include <vector>

#include "image/codec/codec.h"
#include "support/pictures.h"
#include "thumbs/error.h"

namespace thumbs::test {

struct Opened {
  image::Header header;
  std::vector<unsigned> samples;
  std::vector<std::string> warnings;
  std::string fault;  ///< "corrupt: premature end of file"; "" if there is none
};

/// Opens and decodes `bytes`, in one piece or in pieces of that size.
inline Opened open_and_decode(const Bytes& bytes, FailOn fail_on = FailOn::truncated, image::Scale scale = {},
                              std::size_t piece = 0, const Limits& limits = {}) {
  Opened result;
  image::MemorySource whole(bytes);
  PieceSource pieces(bytes, piece == 0 ? 1 : piece);
  try {
    const auto decoder = image::open_picture(piece == 0 ? static_cast<image::ByteSource&>(whole) : pieces, limits);
    result.header = decoder->header();
    result.samples = samples_of(decoder->decode(scale, fail_on));
    result.warnings = decoder->warnings();
  } catch (const Error& error) {
    result.fault = std::string(to_string(error.code())) + ": " + error.message();
  }
  return result;
}

}  // namespace thumbs::test
