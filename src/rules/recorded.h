// Recorded outputs among the files that sets take: a thumbnail is never a source. Pure: no disk, no clock.
#pragma once

#include <vector>

#include "graph/graph.h"
#include "rules/staleness.h"

namespace thumbs::rules {

/// A source that stands where a record says thumbs made a file.
struct RecordedSource {
  graph::Source* source = nullptr;
  cache::OutputRecord* record = nullptr;
};

struct RecordedSources {
  std::vector<RecordedSource> thumbnails;  ///< the recorded stat data stands
  std::vector<RecordedSource> doubtful;    ///< only the content's hash can tell
};

/// Finds them by path, below each set's source folder and below the graph's aliases. A file of another size than the
/// record's belongs to somebody else, and is in neither list. With `options.verify` no stat data is trusted.
RecordedSources recorded_sources(graph::Graph& graph, const StalenessOptions& options);

/// Removes these sources.
void drop_recorded(graph::Graph& graph, const std::vector<RecordedSource>& thumbnails);

}  // namespace thumbs::rules
