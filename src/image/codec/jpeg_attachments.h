// Segments beside the pixels of a JPEG that is written: EXIF, XMP, ICC profile, IPTC.
#pragma once

#include <vector>

#include "image/codec/codec.h"

namespace thumbs {

struct JpegSegment {
  int app = 1;                  ///< the n of APPn
  std::vector<std::byte> data;  ///< at most 65533 bytes
};

/// What follows the JFIF header, in order: EXIF and XMP (APP1), the profile split over as many APP2 as it needs (ICC.1,
/// annex B.4), IPTC in a Photoshop resource (APP13). Left out: what does not fit its segment (EXIF, XMP, IPTC), and a
/// profile of more than 255 segments.
std::vector<JpegSegment> attachment_segments(const Attachments& attachments);

}  // namespace thumbs
