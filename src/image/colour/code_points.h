// Coding-independent code points (ITU-T H.273): the numbers by which PNG's cICP and AVIF's nclx name colours.
#pragma once

#include <optional>
#include <string>

#include "image/colour/colour_space.h"

namespace thumbs::image {

struct CodePoints {
  std::optional<ColourEncoding> encoding;
  std::string fault;  ///< if there is no encoding: which number is not supported, for people
};

/// What `primaries` (H.273's table 2) and `transfer` (its table 3) mean for an RGB or grey picture. Reserved
/// and unspecified numbers give no encoding.
CodePoints encoding_of(int primaries, int transfer);

}  // namespace thumbs::image
