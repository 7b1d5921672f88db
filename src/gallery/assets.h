// The page's style and script: gallery.css and gallery.js.
#pragma once

#include <string_view>

namespace thumbs::gallery {

extern const std::string_view k_style;
extern const std::string_view k_script;

}  // namespace thumbs::gallery
