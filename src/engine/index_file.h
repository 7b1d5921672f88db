// The index file, read before a run decides and written after it: what is known of pictures is taken from the cache and
// the index that is there, and only the rest is decoded for it.
#pragma once

#include "cache/cache.h"
#include "engine/committer.h"
#include "engine/run_context.h"
#include "graph/graph.h"
#include "thumbs/report.h"

namespace thumbs::engine {

/// Fills in graph.index and graph.pictures, where the manifest asks for an index; after all outputs are decided. Throws
/// ManifestError where a folder or what is no JSON object stands at its path, Error where it cannot be read.
void read_index(const RunContext& run, cache::Cache& cache, graph::Graph& graph);

/// After a build: decodes the pictures that are not known (reason `index`), and writes the file where its bytes would
/// change. What fails goes into the report's errors. An interrupted run leaves the file as it is.
void write_index(const RunContext& run, graph::Graph& graph, int jobs, Committer& committer, Report& report);

/// After a removal: drops what is gone from the file, where there is one. Decodes nothing.
void trim_index(const RunContext& run, graph::Graph& graph, Report& report);

/// Removes the file where it is an index.
void remove_index(const RunContext& run, const graph::Graph& graph, Report& report);

/// Says what a build would do to it.
void report_index(const graph::Graph& graph, Report& report);

}  // namespace thumbs::engine
