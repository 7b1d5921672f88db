// Outputs whose path may hold somebody's original: no record says that thumbs made a file there. Pure: no disk, no
// clock.
#pragma once

#include "graph/graph.h"

namespace thumbs::rules {

/// Whether no record says that thumbs made a file at this output's path.
inline bool is_unrecorded(const graph::Output& output) { return output.record == nullptr || !output.record->made; }

/// Sets Stale::keep_existing of unrecorded outputs that lie at or below a source folder, by whatever name.
void protect_originals(graph::Graph& graph);

}  // namespace thumbs::rules
