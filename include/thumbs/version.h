// The version of this library and program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "thumbs/export.h"

namespace THUMBS_PUBLIC thumbs {

/// "MAJOR.MINOR.PATCH", as the build states it.
std::string_view version();

/// The libraries that read, convert and write pictures, each with its version ("libwebp 1.2.4"): the one that is
/// loaded, or, of libraries that cannot tell (libjpeg-turbo, giflib), the one that thumbs was built with. Those that
/// this build or system lacks are left out.
std::vector<std::string> codec_libraries();

}  // namespace thumbs
