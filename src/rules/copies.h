// Outputs whose bytes another output can take over, instead of decoding anew. Pure: no disk, no clock.
#pragma once

#include "graph/graph.h"

namespace thumbs::rules {

/// Fills in Stale::copies and Stale::leader of every stale output: recorded outputs made from the same bytes by the
/// same recipe, first by path; and the output of this run that will be made before, from another source. With `force`
/// nothing that was recorded is copied.
void find_copies(graph::Graph& graph, bool force);

}  // namespace thumbs::rules
