// Refuses manifests whose outputs cannot be written where they should go, before anything is written.
#pragma once

#include "engine/run_context.h"
#include "graph/graph.h"

namespace thumbs::engine {

/// Throws ManifestError with graph.faults and with outputs that get in each other's way, all at once; or where an
/// output would replace a file of thumbs itself, Error `usage` where that is a report.
void refuse_conflicts(const RunContext& run, graph::Graph& graph);

/// Throws ManifestError for what only the disk shows: an output whose folder is a file, an output folder that is a
/// source's folder under another name.
void refuse_unwritable_places(const RunContext& run, const graph::Graph& graph);

}  // namespace thumbs::engine
