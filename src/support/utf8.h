// Which bytes are UTF-8, and texts of unknown encoding as UTF-8: names on a disk and metadata are whatever somebody
// wrote there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace thumbs {

inline unsigned char byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

/// The length, 1 to 4, of the well-formed UTF-8 sequence (Unicode, table 3-7) at the start of `text`; 0 if there is
/// none.
std::size_t utf8_length(std::string_view text);

/// Whether all of it is well-formed.
bool is_utf8(std::string_view text);

std::string utf8_of_latin1(std::string_view text);

/// The text as it is where it is well-formed UTF-8; else it is taken for Latin-1.
std::string as_utf8(std::string_view text);

}  // namespace thumbs
