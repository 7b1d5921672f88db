// A PNG's metadata chunks, found without libpng.
#pragma once

#include "image/codec/codec.h"
#include "image/metadata/metadata.h"

namespace thumbs {

/// The first readable eXIf chunk and the first XMP packet (iTXt "XML:com.adobe.xmp"). PNG has no place for IPTC's
/// records. Reads `source` from its start to IEND; what cannot be followed ends it.
MetadataBlocks png_metadata(ByteSource& source);

}  // namespace thumbs
