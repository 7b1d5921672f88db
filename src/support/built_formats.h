// Formats that a build may leave out, and which of them this one has.
#pragma once

#include <string>
#include <string_view>

namespace thumbs {

struct BuiltFormats {
  bool webp = true;
  bool avif = true;
};

BuiltFormats built_formats();

/// What people are told of a format that is not there: "WebP": "this thumbs was built without WebP (THUMBS_WEBP=OFF)".
std::string built_without(std::string_view name);

}  // namespace thumbs
