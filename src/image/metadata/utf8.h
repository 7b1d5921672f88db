// Texts of unknown encoding as UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace thumbs {

/// Well-formed (Unicode 15, table 3-7).
bool is_utf8(std::string_view text);

std::string utf8_of_latin1(std::string_view text);

/// As it is where that is well-formed, else taken for Latin-1.
std::string as_utf8(std::string_view text);

}  // namespace thumbs
