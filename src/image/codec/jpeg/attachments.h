// Segments beside the pixels of a JPEG that is written: EXIF, XMP, ICC profile, IPTC, comments.
#pragma once

#include <vector>

#include "image/codec/codec.h"

namespace thumbs::image {

/// COM's code as APPn's are counted.
inline constexpr int k_jpeg_comment = 0xFE - 0xE0;

struct JpegSegment {
  int app = 1;                  ///< the n of APPn, or k_jpeg_comment
  std::vector<std::byte> data;  ///< at most 65533 bytes
};

/// What follows the JFIF header, in order: EXIF, XMP and its extension (APP1), the profile split over as many APP2 as
/// it needs (ICC.1, annex B.4), IPTC in a Photoshop resource (APP13), texts (COM). Left out: EXIF and XMP that do not
/// fit a segment (kept_metadata() gives none such), and a profile of more than 255 segments.
std::vector<JpegSegment> attachment_segments(const Attachments& attachments);

}  // namespace thumbs::image
