// Watermarks: pictures that variants name. They are no sources, but what is made with them depends on their content.
#pragma once

#include "engine/run_context.h"
#include "graph/graph.h"
#include "image/watermark.h"

namespace thumbs::engine {

/// Finds their contents: from a record where the stat data proves that nothing changed, as for a source, else by
/// hashing. Throws ManifestError where one is missing or cannot be read.
void find_marks(const RunContext& run, graph::Graph& graph);

/// Decodes those that a stale output needs. Throws ManifestError where one is no picture, or not the file that was
/// hashed.
image::Marks open_marks(const RunContext& run, const graph::Graph& graph);

}  // namespace thumbs::engine
