// What becomes of each property of an XMP packet in a thumbnail.
#pragma once

#include <string_view>

#include "image/metadata/fate.h"

namespace thumbs {

/// `name` is "NAMESPACE LOCAL-NAME"; `in_frame`: inside of what says which size regions apply to.
Fate xmp_fate(std::string_view name, bool in_frame, const MetadataFacts& facts);

/// Whether `name` says which size regions apply to.
bool is_xmp_frame(std::string_view name);

}  // namespace thumbs
