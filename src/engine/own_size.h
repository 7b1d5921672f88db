// Ladders that reach a picture's own size: larger widths would make the same thumbnail again.
#pragma once

#include "cache/cache.h"
#include "engine/run_context.h"
#include "graph/graph.h"

namespace thumbs::engine {

/// Drops the outputs whose ladder has made the picture at its own size with a smaller width; says whether there were
/// any. Sizes come from the cache; only where it does not know one, from the file's header, and are remembered. The
/// outputs of a picture whose size cannot be told stay, and so do those of a ladder that trims.
bool leave_out_repeated_sizes(const RunContext& run, cache::Cache& cache, graph::Graph& graph);

}  // namespace thumbs::engine
