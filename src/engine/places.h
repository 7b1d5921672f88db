// Where outputs go, as the disk has it: folders by several names, and what is in the way.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/run_context.h"
#include "graph/graph.h"

namespace thumbs::engine {

/// The state of `folder`, links followed. Empty where that cannot be told: writing there will say why, and to that
/// output alone.
std::optional<disk::FileStat> try_stat(const RunContext& run, const std::string& folder);

/// `path` with every link resolved, absolute; "" where nothing is there or where it cannot be reached.
std::string try_real_path(const disk::DiskReader& disk, const std::string& path);

/// Whether both are of one file, folder or link.
bool is_same_file(const disk::FileStat& a, const disk::FileStat& b);

/// Output folders that a scan finds by another name: a link lies on the way to them, or to a source.
std::vector<graph::Alias> output_aliases(const RunContext& run);

}  // namespace thumbs::engine
