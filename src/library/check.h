// What a run refuses before it looks at anything.
#pragma once

#include "thumbs/build.h"
#include "thumbs/manifest.h"

namespace thumbs::library {

/// Throws Error `usage` where an option has no meaning, or none for its command.
void check_options(const Options& options);

/// The manifest by the real path of its folder, and as normalised() has it. Throws ManifestError as that does, and
/// Error `usage` where there is no such folder.
Manifest located(Manifest manifest);

/// The same; also throws ManifestError for what this version or build cannot do.
Manifest ready(Manifest manifest);

}  // namespace thumbs::library
