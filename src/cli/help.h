// The text of --help.
#pragma once

#include <string_view>

namespace thumbs {

/// At most 80 columns, ends in a newline.
std::string_view help_text();

/// The hint that follows a usage error, without a newline.
std::string_view help_hint();

}  // namespace thumbs
