// A run on a given disk and cache: what thumbs::run does once it has the real ones, and what tests drive with made-up
// ones.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "disk/disk.h"
#include "thumbs/build.h"

namespace thumbs::engine {

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
  /// Only these sources are looked at, and the cache gives only their records; null: all. See run_part().
  const std::vector<std::string>* part = nullptr;
};

/// Whether the options leave anything out.
bool narrows(const Options& options);

/// Whether the run may write anything.
bool writes(const Options& options);

/// Runs options.command. `jobs` is at least 1. See thumbs::run.
Report run_on(disk::Disk& disk, cache::Cache& cache, const Manifest& manifest, const Options& options, int jobs,
              Observer& observer, const CacheHold& hold = {});

/// thumbs::run; `committed` hears of each batch that was committed.
Report run_and_tell(const Manifest& manifest, const Options& options, Observer& observer,
                    const std::function<void(const cache::Batch&)>& committed);

/// A build of what depends on these files alone (sources or outputs, relative to the manifest's folder), without a scan
/// and without the other records. Empty where that cannot tell: a file that no record names, one that is gone, a link,
/// a name that depends on the content, a selection, a lockfile or an index to be written. Then nothing was changed, and
/// a whole run is due. REQUIRES that a whole run with this manifest has gone through.
std::optional<Report> run_part(const Manifest& manifest, const Options& options, Observer& observer,
                               const std::function<void(const cache::Batch&)>& committed,
                               const std::vector<std::string>& files);

}  // namespace thumbs::engine
