// CMake's options THUMBS_WEBP, THUMBS_AVIF and so on.
#include "support/built_formats.h"

#include <cctype>

namespace thumbs {

BuiltFormats built_formats() {
  return {.webp = THUMBS_WEBP != 0,
          .avif = THUMBS_AVIF != 0,
          .gif = THUMBS_GIF != 0,
          .tiff = THUMBS_TIFF != 0,
          .svg = THUMBS_SVG != 0,
          .heic = THUMBS_HEIC != 0,
          .http = THUMBS_STORE_HTTP != 0};
}

std::string built_without(std::string_view name) {
  std::string option;
  for (const char c : name) option += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return "this thumbs was built without " + std::string(name) + " (THUMBS_" + option + "=OFF)";
}

}  // namespace thumbs
