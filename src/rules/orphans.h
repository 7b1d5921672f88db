// Orphans: files that a former build made and that no rule makes now. Pure: no disk, no clock.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace thumbs::rules {

/// Decides every leftover whose record is selected: an orphan where its file still stands, untracked where there is no
/// file, or a source now (by any name). Left alone: what lies below a folder that could not be listed, and what was
/// made from a source whose outputs have no path yet.
void find_orphans(graph::Graph& graph);

/// Every output with a selected record whose file still stands and is ours as above, orphan or not.
std::vector<graph::Output*> owned_outputs(graph::Graph& graph);

/// The orphans that are still there, and still tracked.
std::vector<graph::Output*> orphans_left(graph::Graph& graph);

/// The sets (indices) whose orphans must not be removed without --force: they have no source now, and had some. An
/// empty folder is more often an unmounted disk than a wish. The patterns of a set tell whether an orphan's source was
/// in it.
std::vector<std::uint32_t> emptied_sets(graph::Graph& graph);

/// The paths of source records that nothing needs any more: no source now, and no output record that stays names them.
std::vector<std::string> forgettable_sources(const graph::Graph& graph);

}  // namespace thumbs::rules
