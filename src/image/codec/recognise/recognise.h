// What a file is that no decoder of ours reads, for people: what it is, and what to do about it.
#pragma once

#include "image/codec/codec.h"
#include "thumbs/error.h"

namespace thumbs {

/// The error for `source`, which sniff() says is of `format`: unsupported where it is a picture, not_a_picture where it
/// is something else. Reads the source from its start; all of it where that begins with zeros.
Error unreadable_file(FileFormat format, ByteSource& source);

}  // namespace thumbs
