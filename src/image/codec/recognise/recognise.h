// Explains a file that no decoder reads: what it is, and what to do about it.
#pragma once

#include "image/codec/codec.h"
#include "thumbs/error.h"

namespace thumbs::image {

/// The error for `source`, which sniff() calls `format`: unsupported if it is a picture, else not_a_picture. Reads the
/// source from its start, and all of it if that begins with zeros.
Error unreadable_file(FileFormat format, ByteSource& source);

}  // namespace thumbs::image
