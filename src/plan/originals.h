// Outputs whose path may hold somebody's original: where they go, and what no record says. Pure: no disk, no clock.
#pragma once

#include <vector>

#include "plan/plan.h"
#include "plan/targets.h"
#include "thumbs/manifest.h"

namespace thumbs {

/// Whether no record says that thumbs made a file at this output's path.
bool is_unrecorded(const Records& rows, const Job& job);

/// Marks the unrecorded outputs of `plan` that lie at or below a source folder: Job::keep_existing. A set's folder
/// may be one by another name too; `aliases` tells.
void protect_originals(const Manifest& manifest, const Targets& targets, const Records& rows,
                       const std::vector<Alias>& aliases, Plan& plan);

}  // namespace thumbs
