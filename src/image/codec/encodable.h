// What the encoders of PNG, WebP and AVIF take: 8-bit grey or RGB, with straight alpha or none.
#pragma once

#include <algorithm>
#include <string>

#include "image/picture.h"
#include "thumbs/error.h"

namespace thumbs::image {

/// Throws Error too_large if a side is over `most_side`, and Error internal (a bug of ours) for other models, depths or
/// sizes of planes.
inline void require_encodable(const Picture& picture, int most_side, const char* format) {
  const auto planes = static_cast<std::size_t>(colour_planes(picture.model)) + (picture.alpha ? 1U : 0U);
  bool good = (picture.model == ColourModel::grey || picture.model == ColourModel::rgb) &&
              picture.planes.size() == planes && picture.width >= 1 && picture.height >= 1 && !picture.premultiplied;
  for (std::size_t c = 0; good && c < planes; ++c) {
    const Plane& plane = picture.planes[c];
    good = plane.bytes_per_sample == 1 && plane.width >= picture.width && plane.height >= picture.height;
  }
  if (!good) throw Error(ErrorCode::internal, "the encoder cannot hold this picture", {}, "encode");
  if (std::max(picture.width, picture.height) > most_side)
    throw Error(ErrorCode::too_large,
                std::string(format) + " cannot hold more than " + std::to_string(most_side) + " pixels on a side", {},
                "encode");
}

}  // namespace thumbs::image
