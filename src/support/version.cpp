// The version from CMake's project() call.
#include "thumbs/version.h"

namespace thumbs {

std::string_view version() { return THUMBS_VERSION; }

}  // namespace thumbs
