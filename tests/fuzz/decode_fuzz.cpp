// Any bytes as a picture: sniffed, opened and decoded, whole, in pieces, by rows and by another instruction set. An
// Error is a right answer; a crash, a leak, a picture that differs or more memory than was estimated is not.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "image/codec/codec.h"
#include "image/resize/targets.h"
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

/// How the picture is asked for.
struct Request {
  Limits limits;
  double allowed = 1;
  FailOn fail_on = FailOn::truncated;
  bool deep = false;

  image::Scale scale_of(const image::Decoder& decoder) const {
    const bool coarse = decoder.header().width % 2 == 0;
    return {.shrink = decoder.shrink_for(allowed), .coarse_chroma = coarse, .deep = deep};
  }
};

/// Puts the rows together again.
class Collected final : public image::RowSink {
 public:
  void begin(const image::Picture& frame) override {
    picture_ = image::without_planes(frame);
    for (const image::Plane& p : frame.planes)
      picture_.planes.emplace_back(p.width, p.height, p.bytes_per_sample, p.pitch_x, p.pitch_y);
    next_.assign(frame.planes.size(), 0);
  }
  void take(std::size_t plane, const image::Plane& rows) override {
    image::Plane& into = picture_.planes.at(plane);
    require(rows.width == into.width && next_[plane] + rows.height <= into.height);
    for (int y = 0; y < rows.height; ++y, ++next_[plane]) {
      if (into.bytes_per_sample == 1)
        std::copy_n(rows.row<std::uint8_t>(y), rows.width, into.row<std::uint8_t>(next_[plane]));
      else
        std::copy_n(rows.row<std::uint16_t>(y), rows.width, into.row<std::uint16_t>(next_[plane]));
    }
  }
  std::vector<unsigned> samples() const {
    for (std::size_t i = 0; i < next_.size(); ++i) require(next_[i] == picture_.planes[i].height);
    return test::samples_of(picture_);
  }

 private:
  image::Picture picture_;
  std::vector<int> next_;
};

/// What comes by rows is what comes as a whole.
void require_rows(image::ByteSource& source, const Request& request, const Outcome& whole) {
  try {
    const auto decoder = image::open_picture(source, request.limits);
    decoder->metadata();
    if (!decoder->gives_rows()) return;
    Collected rows;
    decoder->decode_to(request.scale_of(*decoder), request.fail_on, rows);
    require(rows.samples() == whole.samples && decoder->warnings().empty() == whole.clean);
  } catch (const Error& error) {
    require(whole.samples == std::vector{static_cast<unsigned>(error.code())});
  }
}

Outcome decode(image::ByteSource& source, const Request& request) {
  try {
    const auto decoder = image::open_picture(source, request.limits);
    const image::Header& header = decoder->header();
    require(header.width > 0 && header.height > 0 && header.orientation >= 1 && header.orientation <= 8);
    const image::Scale scale = request.scale_of(*decoder);
    const image::Picture picture = decoder->decode(scale, request.fail_on);
    std::uint64_t bytes = 0;
    for (const image::Plane& plane : picture.planes) {
      require(plane.width * plane.pitch_x >= header.width && plane.height * plane.pitch_y >= header.height);
      bytes += plane.bytes();
    }
    require(bytes <= decoder->memory_needed(scale, request.fail_on));
    return {test::samples_of(picture), decoder->warnings().empty()};
  } catch (const Error& error) {
    return {{static_cast<unsigned>(error.code())}, false};
  }
}

}  // namespace

static void decode_any(std::span<const std::uint8_t> data) {
  const auto bytes = std::as_bytes(data);
  // An SVG is drawn in a process of its own, which no sanitizer survives: svg_fuzz reads its text.
  if (image::sniff(bytes) == image::FileFormat::svg) return;
  // The last byte chooses: decoders do not look behind a file's end.
  const unsigned choice = data.empty() ? 0 : data.back();
  Request request;
  request.limits.input_pixels = 1 << 18;
  request.limits.seconds = 0;  // an answer that depends on the clock would not be the same twice
  request.allowed = 1 + choice / 4 % 16;
  request.fail_on = static_cast<FailOn>(choice % 4);
  request.deep = choice / 64 % 2 != 0;
  image::MemorySource whole(bytes);
  test::PieceSource pieces(bytes, 1 + choice % 61);
  const Outcome outcome = decode(whole, request);
  static const std::vector<image::ResizeTarget> targets = image::resize_targets();
  image::use_resize_target(targets[data.size() % targets.size()]);
  require(decode(whole, request) == outcome);
  image::use_best_resize_target();
  require_rows(whole, request, outcome);
  // What libjpeg makes of broken data depends on how much of it is at hand: only whole pictures are the same in pieces.
  // With all of it at hand, it lets a Huffman code that does not exist pass without a warning.
  const bool jpeg = image::sniff(bytes) == image::FileFormat::jpeg;
  const Outcome in_pieces = decode(pieces, request);
  require(!outcome.clean || (jpeg && !in_pieces.clean) || in_pieces == outcome);
}

}  // namespace thumbs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thumbs::decode_any(std::span(data, size));
  return 0;
}
