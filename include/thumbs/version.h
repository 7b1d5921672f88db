// The version of this library and program.
#pragma once

#include <string_view>

namespace thumbs {

/// "MAJOR.MINOR.PATCH", as the build states it.
std::string_view version();

}  // namespace thumbs
