// Outputs whose path may hold somebody's original: no record says that thumbs made a file there. Pure: no disk, no
// clock.
#pragma once

#include "graph/graph.h"

namespace thumbs {

/// Whether no record says that thumbs made a file at this output's path.
inline bool is_unrecorded(const Output& output) { return output.record == nullptr || !output.record->made; }

/// Sets Stale::keep_existing of unrecorded outputs that lie at or below a source folder, by whatever name.
void protect_originals(Graph& graph);

}  // namespace thumbs
