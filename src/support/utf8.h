// Which bytes are UTF-8: names on a disk are whatever somebody wrote there.
#pragma once

#include <cstddef>
#include <string_view>

namespace thumbs {

/// Bytes of the well-formed UTF-8 sequence (Unicode, table 3-7) that `text` starts with, 1 to 4; 0 where it starts
/// with none or is empty.
std::size_t utf8_length(std::string_view text);

}  // namespace thumbs
