// What the gallery shows of each output beside its state.
#pragma once

#include "cache/cache.h"
#include "engine/run_context.h"
#include "graph/graph.h"
#include "thumbs/report.h"

namespace thumbs::engine {

/// Sets Item::pictures of the report's items, and adds to Item::changes of those whose last attempt failed why it did.
void add_gallery_details(const RunContext& run, cache::Cache& cache, const graph::Graph& graph, Report& report);

}  // namespace thumbs::engine
