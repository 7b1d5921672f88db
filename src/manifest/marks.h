// The watermarks that a manifest names.
#pragma once

#include <string>
#include <vector>

#include "thumbs/manifest.h"

namespace thumbs::manifest {

/// Their files, each once, sorted.
std::vector<std::string> mark_files(const Manifest& manifest);

}  // namespace thumbs::manifest
