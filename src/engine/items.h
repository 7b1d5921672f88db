// Items and counts of the report, from the graph.
#pragma once

#include "engine/run_context.h"
#include "graph/graph.h"
#include "thumbs/report.h"

namespace thumbs::engine {

/// A stale output: built, copied or failed where it has a result, else stale.
Item stale_item(const graph::Graph& graph, const graph::Output& output);
Item fresh_item(const graph::Graph& graph, const graph::Output& output);
/// `status` is orphan or pruned. The output has a record.
Item orphan_item(const graph::Output& output, Status status);

/// Adds an item for each stale output that nobody has made or tried to, and that is not removed.
void report_stale(const graph::Graph& graph, Report& report);

/// Counts the items' statuses into report.summary, sorts the items by output, and fills in what the tally knows. Each
/// output of the rules is counted once: `outputs` (the caller's to fill in) is fresh + built + copied + failed + stale,
/// and what `clean` removed of them.
void summarise(const RunContext& run, const graph::Graph& graph, Report& report);

}  // namespace thumbs::engine
