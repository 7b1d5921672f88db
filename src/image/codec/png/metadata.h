// A PNG's metadata chunks, found without libpng.
#pragma once

#include "image/codec/codec.h"
#include "image/metadata/metadata.h"

namespace thumbs::image {

/// The first readable eXIf chunk, the first XMP packet (iTXt "XML:com.adobe.xmp"), texts, and EXIF, XMP and
/// IPTC that other writers put into texts ("Raw profile type …"). Reads `source` from its start to IEND, or to the
/// first broken chunk.
MetadataBlocks png_metadata(ByteSource& source);

}  // namespace thumbs::image
