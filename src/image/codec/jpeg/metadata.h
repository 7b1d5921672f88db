// A JPEG's metadata segments, found without libjpeg.
#pragma once

#include "image/codec/codec.h"
#include "image/metadata/metadata.h"

namespace thumbs::image {

/// The first readable EXIF block (APP1), the first XMP packet with its extension (APP1), IPTC's records (APP13) and
/// comments (COM). Reads `source` from its start to the first scan; stops at the first broken marker.
MetadataBlocks jpeg_metadata(ByteSource& source);

}  // namespace thumbs::image
