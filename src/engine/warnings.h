// Warnings of a run that no single file is to blame for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/run_context.h"
#include "graph/graph.h"
#include "thumbs/report.h"

namespace thumbs::engine {

/// Warns of files at the paths of outputs, where no record says that thumbs made them: one warning for those that the
/// build replaces, and, where it will not run, one for those that it keeps. One, for after a lost cache all outputs
/// are such files.
void warn_of_unrecorded(const RunContext& run, const graph::Graph& graph, bool builds, Report& report);

/// Adds a warning for each set that has no source because it reads thumbnails: files that a record or a rule makes, or
/// the folder where another set writes.
void warn_of_chained_sets(graph::Graph& graph);

/// Why nothing is pruned where these sets had sources and have none now.
std::string emptied_message(const Manifest& manifest, const std::vector<std::uint32_t>& sets);

}  // namespace thumbs::engine
