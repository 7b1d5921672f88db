// The implementation of unsupported() (thumbs/manifest.h), for any choice of built formats.
#pragma once

#include <vector>

#include "support/built_formats.h"
#include "thumbs/manifest.h"

namespace thumbs::manifest {

/// Like unsupported(), for a build with these formats.
std::vector<Diagnostic> unsupported_by(const Manifest& manifest, BuiltFormats built);

}  // namespace thumbs::manifest
