// Files that rules make are no sources. Pure: no disk, no clock.
#pragma once

#include "graph/graph.h"

namespace thumbs::rules {

/// Drops the sources that a rule makes from another source, and their outputs. Adds to graph.faults where an output
/// would replace another set's original, and where two files would be made from each other.
void drop_made_files(graph::Graph& graph);

}  // namespace thumbs::rules
