// Reads from the disk what decisions need, and no more: hashes of sources, states and hashes of outputs.
#pragma once

#include "engine/run_context.h"
#include "graph/graph.h"

namespace thumbs::engine {

/// Drops sources that are thumbnails of former runs: files where a record says so, with the recorded stat data or hash.
void drop_thumbnails(const RunContext& run, graph::Graph& graph);

/// Hashes the sources in doubt, and notes their new records.
void hash_sources(const RunContext& run, graph::Graph& graph);

/// Looks at the files of recorded outputs: of those of selected sources, and of leftovers whose record is selected.
void stat_outputs(const RunContext& run, graph::Graph& graph);

/// Decides every selected output (rules/staleness.h), hashing files where stat data is not enough; then finds what can
/// be copied, and which outputs may lie where originals are.
void decide_staleness(const RunContext& run, graph::Graph& graph);

}  // namespace thumbs::engine
