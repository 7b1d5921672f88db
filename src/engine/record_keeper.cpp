// Closes the cache first, then the lockfile.
#include "engine/record_keeper.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/load_records.h"
#include "engine/side_file.h"
#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

std::function<void(const cache::Batch&)> recorder(const RunContext& run, lockfile::LockfileRecords& lockfile) {
  if (!run.manifest.lock) return run.committed;
  return [&run, &lockfile](const cache::Batch& batch) {
    lockfile.apply(batch);
    if (run.committed) run.committed(batch);
  };
}

}  // namespace

RecordKeeper::RecordKeeper(const RunContext& run, cache::Cache& cache, const graph::Graph& graph)
    : run_(run),
      graph_(graph),
      lockfile_(graph.records),
      committer_(run.disk, cache, {run.before_commit, recorder(run, lockfile_), graph.owner}) {
  cache::Batch batch;
  if (graph.owner_is_new) batch.owner = graph.owner;
  committer_.remember(std::move(batch));
}

void RecordKeeper::close(Report& report) {
  committer_.flush();
  std::vector<std::string> lockfile_errors;
  if (run_.manifest.lock && (!graph_.lockfile_is_current || lockfile_.changed())) {
    try {
      if (run_.before_commit) run_.before_commit();
      const bool whole = run_.part == nullptr;
      const std::string before = whole ? std::string() : read_side_file(run_.disk, run_.manifest, SideFile::lock);
      committer_.made(write_lockfile(run_.disk, run_.manifest, whole ? graph_.lockfile : before,
                                     whole ? lockfile_.text() : lockfile_.text_in(before)));
    } catch (const Error& error) {
      lockfile_errors.emplace_back(error.what());
    }
    committer_.flush();  // the lockfile's folder, where it is new
  }
  report.errors.insert(report.errors.end(), committer_.errors().begin(), committer_.errors().end());
  report.errors.insert(report.errors.end(), lockfile_errors.begin(), lockfile_errors.end());
  report.warnings.insert(report.warnings.end(), committer_.warnings().begin(), committer_.warnings().end());
}

}  // namespace thumbs::engine
