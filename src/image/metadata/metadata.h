// What a thumbnail keeps of its source's metadata: nothing, who owns it, or all. Bytes in, bytes out; the codecs find
// the blocks in a file and put them into one.
#pragma once

#include <cstddef>
#include <vector>

#include "thumbs/variant.h"

namespace thumbs {

/// The blocks as a file holds them; empty where there is none.
struct MetadataBlocks {
  std::vector<std::byte> exif;  ///< from the TIFF header on, without "Exif\0\0"
  std::vector<std::byte> xmp;   ///< the XML packet
  std::vector<std::byte> iptc;  ///< IIM records, without Photoshop's wrapping

  bool empty() const { return exif.empty() && xmp.empty() && iptc.empty(); }
};

/// No block of a file is read beyond this: what is larger holds previews and edit histories.
inline constexpr std::size_t k_most_metadata_bytes = 1 << 20;

/// What `mode` keeps of `stored`:
/// - strip: nothing;
/// - copyright: a small EXIF block with Artist and Copyright, in UTF-8. Each is taken from EXIF, else from IPTC
///   (by-line, copyright notice), else from XMP (dc:creator, dc:rights); a licence (cc:license,
///   xmpRights:WebStatement, xmpRights:UsageTerms) follows the copyright. Nothing else, so no place either;
/// - all: the blocks, with EXIF's and XMP's previews dropped. Where the pixels were turned upright (`upright`), their
///   orientation becomes 1.
/// A block that cannot be read is dropped.
MetadataBlocks kept_metadata(const MetadataBlocks& stored, Metadata mode, bool upright);

}  // namespace thumbs
