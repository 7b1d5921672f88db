// PATHs as the manifest's folder is really named.
#pragma once

#include "thumbs/build.h"
#include "thumbs/manifest.h"

namespace thumbs::engine {

/// `options` with each PATH that names the manifest's folder by way of a link in terms of its real path, and with the
/// folder that they start from.
Options with_real_paths(Options options, const Manifest& manifest);

}  // namespace thumbs::engine
