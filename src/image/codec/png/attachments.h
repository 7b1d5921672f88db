// Chunks beside the pixels of a PNG that is written: ICC profile, EXIF, XMP, texts.
#pragma once

#include <string>
#include <vector>

#include "image/codec/codec.h"

namespace thumbs::image {

struct PngChunk {
  std::string name;  ///< 4 letters
  std::vector<std::byte> data;
};

/// What goes between IHDR and IDAT, in order: iCCP (deflated at `level`, 0 to 9), eXIf, iTXt with XMP, texts
/// (tEXt, iTXt where they are not ASCII, deflated where they are long). IPTC has no chunk. Not written
/// by libpng, which leaves out profiles that it considers wrong.
std::vector<PngChunk> attachment_chunks(const Attachments& attachments, int level);

}  // namespace thumbs::image
