// Keeps the records of a run true: batches into the cache, and from there into the lockfile.
#pragma once

#include "engine/committer.h"
#include "engine/run_context.h"
#include "graph/graph.h"
#include "lockfile/lockfile.h"
#include "thumbs/report.h"

namespace thumbs::engine {

/// Not thread-safe. The lockfile says what the cache has taken, never more.
class RecordKeeper {
 public:
  /// `graph.records` must stay as they are.
  RecordKeeper(const RunContext& run, cache::Cache& cache, const graph::Graph& graph);

  Committer& committer() { return committer_; }

  /// Commits what is left; then, where a lockfile is asked for and would say something else now, writes it. What failed
  /// goes into the report's errors, what was odd into its warnings.
  void close(Report& report);

 private:
  const RunContext& run_;
  const graph::Graph& graph_;
  lockfile::LockfileRecords lockfile_;
  Committer committer_;
};

}  // namespace thumbs::engine
