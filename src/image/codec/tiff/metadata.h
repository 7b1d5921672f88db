// A TIFF's metadata: its own fields and its directory of EXIF as an EXIF block, XMP, IPTC.
#pragma once

#include "image/codec/tiff/session.h"
#include "image/metadata/metadata.h"

namespace thumbs::image {

MetadataBlocks tiff_metadata(TiffSession& session);

}  // namespace thumbs::image
