// The text files that a build keeps beside its outputs.
#pragma once

#include <string>
#include <vector>

#include "thumbs/manifest.h"

namespace thumbs::manifest {

/// The paths of lockfile and index, those that the manifest asks for.
std::vector<std::string> side_files(const Manifest& manifest);

}  // namespace thumbs::manifest
