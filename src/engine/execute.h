// Makes what is stale: the pipeline over its sources, then over those that copy from them; records behind both.
#pragma once

#include <string>
#include <vector>

#include "engine/committer.h"
#include "engine/run_context.h"
#include "engine/store_use.h"
#include "graph/graph.h"
#include "image/watermark.h"
#include "thumbs/report.h"

namespace thumbs::engine {

/// Makes every stale output: sets Output::result (none where an interrupt or fail-fast kept it from being tried), and
/// adds an item of those that were made or failed, and the warnings about their sources, to the report; the observer
/// hears of both. What `store` has is taken from there, and what is made is put there. `marks` are the watermarks of
/// the stale outputs. Remembers records with `committer`, the last batch unflushed.
void execute(const RunContext& run, graph::Graph& graph, int jobs, Committer& committer, const image::Marks& marks,
             StoreUse& store, Report& report);

/// Commits the last batch.
void flush_last(const RunContext& run, Committer& committer);

/// Decodes `sources`, whose outputs all stand, for their look alone: into graph.index->seen, and the cache.
void look_at(const RunContext& run, graph::Graph& graph, const std::vector<graph::Source*>& sources, int jobs,
             Committer& committer, Report& report);

}  // namespace thumbs::engine
