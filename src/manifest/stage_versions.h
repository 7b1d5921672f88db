// Our own version of each stage that shapes an output. Raise a stage's number in the commit that changes the bytes it
// makes from the same source and settings (a new kernel, another rounding, other encoder options): what it shaped is
// then made anew ("tool-changed"). Leave it for what changes speed alone. Adding a stage counts as a change too.
#pragma once

#include <optional>
#include <string_view>

#include "thumbs/variant.h"

namespace thumbs::manifest {

struct StageVersion {
  std::string_view name;
  int version;
  std::optional<PictureFormat> format;  ///< the one format that it shapes; empty: every one
  bool metadata = false;                ///< shapes only what keeps metadata
};

inline constexpr StageVersion k_stages[] = {
    {"decode", 2, std::nullopt},      {"resize", 3, std::nullopt},
    {"colour", 4, std::nullopt},      {"jpeg", 3, PictureFormat::jpeg},
    {"png", 3, PictureFormat::png},   {"webp", 3, PictureFormat::webp},
    {"avif", 3, PictureFormat::avif}, {.name = "metadata", .version = 1, .format = std::nullopt, .metadata = true},
};

}  // namespace thumbs::manifest
