// Rules applied to files: which sources there are, and which outputs they should have. Pure: no disk, no clock.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"
#include "scan/scan.h"

namespace thumbs::rules {

/// Makes a source of each file that a scan found (scans[i] belongs to Manifest::sets[i]) and that is not in `reserved`
/// (the manifest, the cache, a report), linked to its record.
void add_sources(graph::Graph& graph, const std::vector<scan::ScanResult>& scans,
                 const std::vector<std::string>& reserved);

/// Makes the outputs of every source, names those whose path is known already, and links them to their records. A file
/// that a rule makes from another source is no source. What is wrong goes into graph.faults: an output that leaves its
/// folder, or that would replace another set's original.
void apply_rules(graph::Graph& graph);

/// Finds the recorded outputs that no rule makes; to be called again where outputs were dropped.
void find_leftovers(graph::Graph& graph);

/// Whether some output of `source` has no path yet, for it depends on the source's content.
bool waits_for_content(graph::Graph& graph, const graph::Source& source);

/// Names the outputs whose sources' contents are known now, as apply_rules() does; false where there were none to name.
bool name_outputs(graph::Graph& graph);

}  // namespace thumbs::rules
