// Patterns that match nothing: a slip must not look like success.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/run_context.h"
#include "graph/graph.h"
#include "scan/scan.h"

namespace thumbs::engine {

/// A warning for each pattern that the manifest spells out for this set and that matched nothing in its scan, or
/// nothing that is not excluded; a single one where the source folder is empty. None for what lies where the scan could
/// not look. Reads the names below the source where there is something to say.
std::vector<std::string> unused_pattern_warnings(const RunContext& run, std::uint32_t set,
                                                 const scan::ScanResult& found);

/// Warns of overrides that match no source, where the set has any; not of those that may match one in a folder that
/// could not be listed.
void warn_of_unused_overrides(graph::Graph& graph);

/// The names of sets without any source, as far as that can be told.
std::vector<std::string> sets_without_source(const graph::Graph& graph);

}  // namespace thumbs::engine
