// What errno says of a file, in the words of ErrorCode.
#pragma once

#include "thumbs/error.h"

namespace thumbs {

/// The code for a failed read, list or stat: unreadable, memory or io.
ErrorCode read_error_code(int error);

/// The code for a failed write, rename, removal or creation: no_space, unwritable, memory or io.
ErrorCode write_error_code(int error);

}  // namespace thumbs
