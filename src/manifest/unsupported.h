// What a manifest asks for and a build with given formats cannot do: behind unsupported() of thumbs/manifest.h.
#pragma once

#include <vector>

#include "support/built_formats.h"
#include "thumbs/manifest.h"

namespace thumbs {

/// unsupported() of a build that has these formats.
std::vector<Diagnostic> unsupported_by(const Manifest& manifest, BuiltFormats built);

}  // namespace thumbs
