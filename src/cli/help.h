// The text of --help.
#pragma once

#include <string_view>

namespace thumbs::cli {

/// At most 80 columns wide, with a newline at the end.
std::string_view help_text();

/// The hint after a usage error, without a newline.
std::string_view help_hint();

}  // namespace thumbs::cli
