// The first step of a run: what is recorded, and what lies in the sets' folders.
#pragma once

#include <string>
#include <vector>

#include "cache/cache.h"
#include "engine/run_context.h"
#include "graph/graph.h"

namespace thumbs::engine {

/// Loads the records and, beside it, scans the sets' folders; then makes sources of what was found, linked to their
/// records. What could not be listed, and what is odd, goes into the graph. Throws as load_records() and scan() do, and
/// Error `usage` where a report would replace a picture.
void load_and_scan(const RunContext& run, cache::Cache& cache, graph::Graph& graph);

/// The files of thumbs itself that may lie where sources and outputs do: the manifest, the cache, the lockfile,
/// reports.
std::vector<std::string> reserved_paths(const RunContext& run);

/// A report that will be written, as the manifest's folder sees it; "" outside of that folder.
std::string report_path(const RunContext& run, const std::string& absolute);

}  // namespace thumbs::engine
