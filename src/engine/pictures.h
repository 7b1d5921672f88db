// What there is to look at of each output, for the gallery.
#pragma once

#include "engine/run_context.h"
#include "graph/graph.h"
#include "thumbs/report.h"

namespace thumbs::engine {

/// Sets Item::pictures of the report's items.
void add_pictures(const RunContext& run, const graph::Graph& graph, Report& report);

}  // namespace thumbs::engine
