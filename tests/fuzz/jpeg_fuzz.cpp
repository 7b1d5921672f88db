// Any bytes as a JPEG: our own decoders, of baseline files and of progressive ones' DC scans, give what libjpeg gives,
// sample by sample, warning by warning, at every scale, one by one and all in one pass.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "image/codec/header_size.h"
#include "support/jpeg_reference.h"
#include "support/pictures.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

Limits limits() {
  Limits limits;
  limits.input_pixels = 1 << 16;
  limits.seconds = 0;  // an answer that depends on the clock would not be the same twice
  return limits;
}

struct Outcome {
  std::vector<unsigned> samples;
  std::vector<std::string> warnings;
  std::optional<ErrorCode> error;
  bool operator==(const Outcome&) const = default;
};

Outcome decode(image::ByteSource& source, image::Scale scale, FailOn fail_on) {
  Outcome outcome;
  try {
    const auto decoder = image::open_picture(source, limits());
    outcome.samples = test::samples_of(decoder->decode(scale, fail_on));
    outcome.warnings = decoder->warnings();
  } catch (const Error& error) {
    outcome.error = error.code();
  }
  return outcome;
}

/// Where one pass does for all of `scales`, it gives what each alone does.
void require_together(image::ByteSource& source, std::span<const image::Scale> scales, FailOn fail_on,
                      std::span<const Outcome> alone) {
  std::vector<image::Picture> pictures;
  try {
    const auto decoder = image::open_picture(source, limits());
    if (decoder->decodes_together(fail_on)) pictures = decoder->decode_together(scales, fail_on);
  } catch (const Error&) {
    return;  // of the header: decode() says the same
  }
  for (std::size_t i = 0; i < pictures.size(); ++i) require(test::samples_of(pictures[i]) == alone[i].samples);
}

void decode_both_ways(std::span<const std::uint8_t> data) {
  const auto bytes = std::as_bytes(data);
  if (image::sniff(bytes.first(std::min<std::size_t>(bytes.size(), 64))) != image::FileFormat::jpeg) return;
  // The last byte chooses: decoders do not look behind a file's end.
  const auto fail_on = static_cast<FailOn>(data.back() % 4);
  const bool coarse = data.back() / 4 % 2 != 0;
  const std::vector<image::Scale> scales = {{1, coarse}, {2, coarse}, {4, coarse}, {8, coarse}};
  image::MemorySource ours(bytes);
  test::LibjpegSource theirs(bytes);
  std::vector<Outcome> outcomes;
  for (const image::Scale scale : scales) {
    outcomes.push_back(decode(ours, scale, fail_on));
    require(decode(theirs, scale, fail_on) == outcomes.back());
  }
  require_together(ours, scales, fail_on, outcomes);
  // The reference for the coefficients knows no limits.
  const image::PixelSize size = image::size_in_header(bytes);
  const auto pixels = std::uint64_t{static_cast<unsigned>(size.width)} * static_cast<unsigned>(size.height);
  if (pixels == 0 || pixels > limits().input_pixels) return;
  require(test::dc_difference(test::Bytes(bytes.begin(), bytes.end())).empty());
}

}  // namespace
}  // namespace thumbs

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thumbs::decode_both_ways(std::span(data, size));
  return 0;
}
