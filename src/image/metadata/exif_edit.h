// Corrects an EXIF block for a thumbnail, in place.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "image/metadata/facts.h"

namespace thumbs::image {

struct TrueExif {
  std::vector<std::byte> block;       ///< empty if the block is broken
  std::vector<std::string> warnings;  ///< about broken entries that are left out
};

/// The block with the entries that exif_rules.h keeps or corrects, without previews, wherever they are (IFD1 and
/// directories after it, maker notes). What is kept does not move, except entries within their directory.
TrueExif true_exif(std::span<const std::byte> tiff, const MetadataFacts& facts);

/// Blanks every whole JPEG stream in a block.
void blank_previews(std::span<std::byte> block);

}  // namespace thumbs::image
