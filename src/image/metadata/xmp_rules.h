// What becomes of each property of an XMP packet in a thumbnail.
#pragma once

#include <string_view>

#include "image/metadata/fate.h"

namespace thumbs::image {

/// `name` is "NAMESPACE LOCAL-NAME"; `in_frame`: inside the element that gives the size that regions refer to.
Fate xmp_fate(std::string_view name, bool in_frame, const MetadataFacts& facts);

/// Whether `name` is the element that gives the size that regions refer to.
bool is_xmp_frame(std::string_view name);

}  // namespace thumbs::image
