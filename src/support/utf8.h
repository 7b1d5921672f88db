// Validates UTF-8, since file names may be any bytes.
#pragma once

#include <cstddef>
#include <string_view>

namespace thumbs {

/// The length, 1 to 4, of the well-formed UTF-8 sequence (Unicode, table 3-7) at the start of `text`; 0 if there is
/// none.
std::size_t utf8_length(std::string_view text);

}  // namespace thumbs
