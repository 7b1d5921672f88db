// Records which part of the sources a build works on, and that it went through it.
#pragma once

#include "engine/committer.h"
#include "engine/run_context.h"
#include "graph/graph.h"

namespace thumbs::engine {

/// Reads what is recorded, where the run will have a say in it: a build of everything, or of a part that nothing else
/// narrows. Fills in graph.shards_are_current.
void read_shards(const RunContext& run, cache::Cache& cache, graph::Graph& graph);

/// Gives `committer` what to record before anything is made: that the part is not finished, if there is something to
/// do.
void begin_shard(const RunContext& run, const graph::Graph& graph, Committer& committer);

/// The same at the end: that the part is finished. Nothing where the run was stopped, or left something untried.
void end_shard(const RunContext& run, const graph::Graph& graph, Committer& committer);

}  // namespace thumbs::engine
