// What the gallery shows of each output beside its state.
#pragma once

#include "cache/cache.h"
#include "engine/run_context.h"
#include "graph/graph.h"
#include "thumbs/report.h"

namespace thumbs::engine {

/// Sets Item::pictures of the report's items.
void add_pictures(const RunContext& run, const graph::Graph& graph, Report& report);

/// Adds to Item::changes of those whose last attempt failed why it did, as far as the cache knows.
void add_causes(cache::Cache& cache, Report& report);

}  // namespace thumbs::engine
