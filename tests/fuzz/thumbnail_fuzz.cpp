// Any bytes as a picture, through make_thumbnail() at several recipes: what a build does with a file. An Error is a
// right answer; a thumbnail must be one that inspect() reads, of the size that was asked for, and the same by every
// instruction set.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <vector>

#include "image/resize/targets.h"
#include "thumbs/error.h"
#include "thumbs/thumbnail.h"

namespace {

using namespace thumbs;

Variant recipe(unsigned choice) {
  Variant variant;
  constexpr std::array k_sizes = {1, 7, 16, 40};
  constexpr std::array k_fits = {Fit::inside, Fit::outside, Fit::cover, Fit::contain, Fit::fill};
  constexpr std::array k_kernels = {Kernel::nearest,  Kernel::box,      Kernel::linear,  Kernel::cubic,
                                    Kernel::mitchell, Kernel::lanczos2, Kernel::lanczos3};
  variant.width = k_sizes[choice % 4];
  variant.height = k_sizes[choice / 4 % 4];
  variant.fit = k_fits[choice / 16 % 5];
  variant.kernel = k_kernels[choice % 7];
  variant.linear = choice % 3 == 0;
  variant.format = choice % 2 == 0 ? OutputFormat::jpeg : OutputFormat::png;
  variant.colour = choice % 5 == 0 ? ColourMode::keep : ColourMode::srgb;
  variant.metadata = choice % 4 == 1 ? Metadata::all : Metadata::strip;
  variant.fail_on = choice % 6 == 0 ? FailOn::none : FailOn::truncated;
  variant.without_enlargement = choice % 8 != 0;
  if (choice % 9 == 0) variant.trim.emplace();
  return variant;
}

void require(bool holds) {
  if (!holds) std::abort();
}

std::optional<Thumbnail> made_of(std::span<const std::byte> bytes, const Variant& variant) {
  Limits limits;
  limits.input_pixels = 1 << 18;
  try {
    return make_thumbnail(bytes, variant, limits);
  } catch (const Error& error) {
    require(error.code() != ErrorCode::internal);
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto bytes = std::as_bytes(std::span(data, size));
  // Decoders do not look behind a file's end: the last byte chooses.
  const Variant variant = recipe(data[size - 1]);
  const std::optional<Thumbnail> made = made_of(bytes, variant);
  if (!made) return 0;
  const PictureInfo info = inspect(made->bytes);
  require(info.stored_width == made->width && info.stored_height == made->height);
  require(info.orientation == 1);
  static const std::vector<image::ResizeTarget> targets = image::resize_targets();
  image::use_resize_target(targets[size % targets.size()]);
  const std::optional<Thumbnail> again = made_of(bytes, variant);
  image::use_best_resize_target();
  require(again && again->bytes == made->bytes);
  return 0;
}
