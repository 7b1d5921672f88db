// The version of this library and program.
#pragma once

#include <string_view>

#include "thumbs/export.h"

namespace THUMBS_PUBLIC thumbs {

/// "MAJOR.MINOR.PATCH", as the build states it.
std::string_view version();

}  // namespace thumbs
