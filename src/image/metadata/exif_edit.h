// An EXIF block made true of a thumbnail, in place.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "image/metadata/facts.h"

namespace thumbs {

struct TrueExif {
  std::vector<std::byte> block;       ///< empty where the block is broken
  std::vector<std::string> warnings;  ///< what of it is left out for being broken
};

/// The block with the entries that exif_rules.h keeps or corrects, without previews, wherever they lie (IFD1 and what
/// follows it, makers' notes). What stays does not move, but for entries within their directory.
TrueExif true_exif(std::span<const std::byte> tiff, const MetadataFacts& facts);

/// Blanks every whole JPEG stream in a block.
void blank_previews(std::span<std::byte> block);

}  // namespace thumbs
