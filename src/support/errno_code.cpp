// The one table of errno values.
#include "support/errno_code.h"

#include <cerrno>

namespace thumbs {

ErrorCode read_error_code(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
    case ENXIO:
    case ENODEV:
    case EOVERFLOW: return ErrorCode::unreadable;
    case ENOMEM: return ErrorCode::memory;
    default: return ErrorCode::io;
  }
}

ErrorCode write_error_code(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return ErrorCode::no_space;
    case EACCES:
    case EPERM:
    case EROFS:
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case EEXIST:
    case ENOTEMPTY:
    case EBUSY:
    case ETXTBSY:
    case ELOOP:
    case EMLINK:
    case EXDEV:
    case EINVAL:  // a name that the file system does not support
    case ENAMETOOLONG: return ErrorCode::unwritable;
    case ENOMEM: return ErrorCode::memory;
    default: return ErrorCode::io;
  }
}

}  // namespace thumbs
