// Outputs that would get in each other's way, or in the way of what thumbs itself needs: found before anything is
// written. Pure: no disk, no clock.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"

namespace thumbs::rules {

/// Adds to graph.faults each output that would be written onto its own source, each two on one path (compared also with
/// case folded), each that is a folder of another, and each that is named like a temporary file; at most 20 of them.
void find_conflicts(graph::Graph& graph);

/// Throws ManifestError where an output would be written onto a file of `reserved` (the manifest, the cache, a report),
/// compared also with case folded, or into a folder of that name.
void refuse_reserved(const graph::Graph& graph, const std::vector<std::string>& reserved);

}  // namespace thumbs::rules
