// Any bytes as a picture: sniffed, opened and decoded, whole and in pieces. An Error is a right answer; a crash, a
// leak, a picture that differs from run to run or more memory than was estimated is not.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "image/codec/codec.h"
#include "support/pictures.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  std::vector<unsigned> samples;  ///< or the error's code alone
  bool clean = false;             ///< a picture without a warning
  bool operator==(const Outcome&) const = default;
};

Outcome decode(image::ByteSource& source, const Limits& limits, double allowed, FailOn fail_on) {
  try {
    const auto decoder = image::open_picture(source, limits);
    const image::Header& header = decoder->header();
    require(header.width > 0 && header.height > 0 && header.orientation >= 1 && header.orientation <= 8);
    const image::Scale scale{decoder->shrink_for(allowed), header.width % 2 == 0};
    const image::Picture picture = decoder->decode(scale, fail_on);
    std::uint64_t bytes = 0;
    for (const image::Plane& plane : picture.planes) {
      require(plane.width * plane.pitch_x >= header.width && plane.height * plane.pitch_y >= header.height);
      bytes += plane.bytes();
    }
    require(bytes <= decoder->memory_needed(scale, fail_on));
    return {test::samples_of(picture), decoder->warnings().empty()};
  } catch (const Error& error) {
    return {{static_cast<unsigned>(error.code())}, false};
  }
}

}  // namespace

static void decode_any(std::span<const std::uint8_t> data) {
  const auto bytes = std::as_bytes(data);
  Limits limits;
  limits.input_pixels = 1 << 20;
  limits.seconds = 0;  // an answer that depends on the clock would not be the same twice
  // The last byte chooses: decoders do not look behind a file's end.
  const unsigned choice = data.empty() ? 0 : data.back();
  const double allowed = 1 + choice / 4 % 16;
  const auto fail_on = static_cast<FailOn>(choice % 4);
  image::MemorySource whole(bytes);
  test::PieceSource pieces(bytes, 1 + choice % 61);
  const Outcome outcome = decode(whole, limits, allowed, fail_on);
  require(decode(whole, limits, allowed, fail_on) == outcome);
  // What libjpeg makes of broken data depends on how much of it is at hand: only whole pictures are the same in pieces.
  const Outcome in_pieces = decode(pieces, limits, allowed, fail_on);
  require(!outcome.clean || in_pieces == outcome);
}

}  // namespace thumbs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thumbs::decode_any(std::span(data, size));
  return 0;
}
