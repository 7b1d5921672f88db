// A run on a given disk and cache: what thumbs::run does once it has the real ones, and what tests drive with made-up
// ones.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "disk/disk.h"
#include "store/transport.h"
#include "thumbs/build.h"

namespace thumbs::graph {
struct Graph;
}

namespace thumbs::engine {

struct Part;
class LastRun;

/// Where results are shared.
struct StoreLine {
  store::Transport* line = nullptr;  ///< null: nowhere
  std::string name = {};             ///< for messages
};

/// How a run holds the cache against others; either may be empty.
struct CacheHold {
  /// Called once all is decided and before anything is written: takes hold of the cache where that would have been too
  /// early before (a manifest that turns out to be at fault touches nothing), and says whether the cache may have
  /// changed since it was read; then all is decided again.
  std::function<bool()> before_writing;
  /// Called before each commit; throws Error where the cache is held no more.
  std::function<void()> before_commit;
  /// The folders that had to be made for the cache file.
  std::function<std::vector<std::string>()> made_folders = {};
  /// Hears of each batch that was committed.
  std::function<void(const cache::Batch&)> committed = {};
  /// Only this is looked at, and the cache gives only its records; null: everything. See run_part().
  const Part* part = nullptr;
  /// A build makes nothing: it brings records, lockfile and index up to date with what stands.
  bool records_only = false;
  /// Hears of the graph once all is decided, before anything is written; may throw.
  std::function<void(const graph::Graph&)> decided = {};
  StoreLine store = {};
};

/// Whether the options leave anything out beside what is of other parts (Options::shard).
bool narrows_within_part(const Options& options);
/// Whether the options leave anything out.
bool narrows(const Options& options);

/// Whether the run may write anything.
bool writes(const Options& options);

/// Runs options.command. `jobs` is at least 1. See thumbs::run.
Report run_on(disk::Disk& disk, cache::Cache& cache, const Manifest& manifest, const Options& options, int jobs,
              Observer& observer, const CacheHold& hold = {});

/// thumbs::run; `committed` hears of each batch that was committed, `last` of the run as a whole (null: nobody asks).
Report run_and_tell(const Manifest& manifest, const Options& options, Observer& observer,
                    const std::function<void(const cache::Batch&)>& committed, LastRun* last);

/// A build of what depends on these files alone (sources or outputs, relative to the manifest's folder), without a scan
/// and without the other records. It ends where a whole run would: outputs, records, lockfile and index. Empty where
/// that cannot be told from these files; then nothing was changed, and a whole run is due. REQUIRES that a whole run
/// with this manifest and these options has gone through, and told `last`.
std::optional<Report> run_part(const Manifest& manifest, const Options& options, Observer& observer,
                               const std::function<void(const cache::Batch&)>& committed, LastRun& last,
                               const std::vector<std::string>& files);

/// The same on a given disk and cache; `manifest` and `options` as run_on() needs them. The caller tells `last` once it
/// is over.
std::optional<Report> run_part_on(disk::Disk& disk, cache::Cache& cache, const Manifest& manifest,
                                  const Options& options, int jobs, Observer& observer, const CacheHold& hold,
                                  LastRun& last, const std::vector<std::string>& files);

}  // namespace thumbs::engine
