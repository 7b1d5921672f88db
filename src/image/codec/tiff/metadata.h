// A TIFF's metadata: its own fields as an EXIF block, XMP, IPTC.
#pragma once

#include "image/codec/tiff/session.h"
#include "image/metadata/metadata.h"

namespace thumbs::image {

MetadataBlocks tiff_metadata(const TiffSession& session);

}  // namespace thumbs::image
