// Formats that a fixed run of bytes at the start of a file is not enough to recognise. `head` is the file's first
// bytes, 64 at most; fewer give a worse answer, never a wrong read.
#pragma once

#include <string_view>

namespace thumbs {

bool is_webp(std::string_view head);
bool is_avif(std::string_view head);
bool is_heic(std::string_view head);
bool is_bmp(std::string_view head);
bool is_svg(std::string_view head);

}  // namespace thumbs
