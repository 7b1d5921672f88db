// Lines of a lockfile that another manifest may have written.
#pragma once

#include "engine/run_context.h"
#include "graph/graph.h"

namespace thumbs::engine {

/// Deselects records that the lockfile alone knows, that no rule makes, and that may be another manifest's: where one
/// beside this names the same lockfile, all of them, with a warning; else those whose source lies in no source folder
/// of ours and either still stands or has its output in no output folder of ours. Their lines stay, their files are no
/// orphans.
void leave_foreign_lines(const RunContext& run, graph::Graph& graph);

}  // namespace thumbs::engine
