// Files in output folders that nobody knows: what stays behind when a cache is lost.
#pragma once

#include <string>
#include <vector>

#include "engine/run_context.h"
#include "graph/graph.h"
#include "rules/selection.h"
#include "thumbs/report.h"

namespace thumbs::engine {

/// Where the command asks for them, fills in graph.unrecorded: the regular files in output folders outside of all
/// source folders that no record, no rule and no neighbour knows, and that the selection means; sorted by path. Nothing
/// whose name starts with a dot, nothing in a repository of its own. Warns of output folders that are left alone, and
/// adds an error for what cannot be listed. Throws Error `usage` where a set without sources may have made them, unless
/// --force.
void find_unrecorded(const RunContext& run, graph::Graph& graph, rules::Selection& selection);

/// With --yes, and without --dry-run, removes graph.unrecorded where they are still what was seen, and the folders that
/// this empties. Reports all of them. Gives those of `made_folders` that are gone now.
std::vector<std::string> settle_unrecorded(const RunContext& run, const graph::Graph& graph,
                                           const std::vector<std::string>& made_folders, Report& report);

}  // namespace thumbs::engine
