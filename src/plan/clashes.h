// Outputs that would get in each other's way, or in the way of what thumbs itself needs: found before anything is
// written. Pure: no disk, no clock.
#pragma once

#include <string>
#include <vector>

#include "plan/targets.h"
#include "thumbs/manifest.h"

namespace thumbs {

/// Adds a fault for each output that is written onto its own source, for each two on one path (compared also with case
/// folded), for each that is a folder of another, and for each that is named like a temporary file.
void find_clashes(const Manifest& manifest, const Targets& targets, std::vector<Diagnostic>& faults);

/// Throws ManifestError where an output would be written onto a file of `reserved` (the manifest, the cache, a report),
/// compared also with case folded, or into a folder of that name.
void refuse_reserved(const Manifest& manifest, const Targets& targets, const std::vector<std::string>& reserved);

}  // namespace thumbs
