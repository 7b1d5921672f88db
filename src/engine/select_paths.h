// The PATHs and names of the command line, applied to the graph.
#pragma once

#include "engine/run_context.h"
#include "graph/graph.h"
#include "rules/selection.h"

namespace thumbs::engine {

/// What the options select.
rules::Selection selection_of(const RunContext& run);

/// Selects sources and records; to be called again where outputs got their names since.
void select_paths(const RunContext& run, graph::Graph& graph, rules::Selection& selection);

/// Throws Error `usage` where a PATH or a name matches nothing; not where it may mean something in a folder that could
/// not be listed.
void require_matches(const RunContext& run, const graph::Graph& graph, rules::Selection& selection);

}  // namespace thumbs::engine
