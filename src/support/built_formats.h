// Optional formats, and whether this build has them.
#pragma once

#include <string>
#include <string_view>

namespace thumbs {

struct BuiltFormats {
  bool webp = true;
  bool avif = true;
  bool gif = true;
  bool tiff = true;
  bool svg = true;
  bool heic = true;
  bool http = true;  ///< not a format: stores behind URLs
};

BuiltFormats built_formats();

/// The message for a missing format: "this thumbs was built without WebP (THUMBS_WEBP=OFF)".
std::string built_without(std::string_view name);

}  // namespace thumbs
