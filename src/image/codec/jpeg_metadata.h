// A JPEG's metadata segments, found without libjpeg.
#pragma once

#include "image/codec/codec.h"
#include "image/metadata/metadata.h"

namespace thumbs {

/// The first readable EXIF block (APP1), the first XMP packet (APP1; its extensions, which hold what is too large, are
/// left) and IPTC's records (APP13). Reads `source` from its start to the first scan; what cannot be followed ends it.
MetadataBlocks jpeg_metadata(ByteSource& source);

}  // namespace thumbs
