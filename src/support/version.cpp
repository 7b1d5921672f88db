// The version, handed in by CMake from its project() line.
#include "thumbs/version.h"

namespace thumbs {

std::string_view version() { return THUMBS_VERSION; }

}  // namespace thumbs
