// Recognises formats for which fixed bytes at the start of a file are not enough. `head` is the file's first bytes, 64
// at most.
#pragma once

#include <string_view>

namespace thumbs::image {

bool is_webp(std::string_view head);
bool is_avif(std::string_view head);
bool is_heic(std::string_view head);
bool is_tiff(std::string_view head);
bool is_bmp(std::string_view head);
bool is_svg(std::string_view head);

}  // namespace thumbs::image
