// limits.inputPixels, which every decoder looks at before it allocates anything of the picture's size.
#pragma once

#include <cstdint>
#include <string>

#include "thumbs/error.h"
#include "thumbs/manifest.h"

namespace thumbs::image {

/// Throws Error too_large where the picture has more pixels than the limit allows.
template <class Integer>
void require_few_pixels(Integer width, Integer height, const Limits& limits) {
  const std::uint64_t pixels = static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
  if (limits.input_pixels == 0 || pixels <= limits.input_pixels) return;
  throw Error(ErrorCode::too_large,
              "more pixels than limits.inputPixels allows: " + std::to_string(width) + "x" + std::to_string(height));
}

}  // namespace thumbs::image
