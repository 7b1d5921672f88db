// A build of a few files among very many: what `watch` does after most changes.
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "cache/cache_files.h"
#include "engine/cache_folder.h"
#include "engine/engine.h"
#include "engine/last_run.h"
#include "engine/part.h"
#include "engine/real_terms.h"
#include "library/check.h"
#include "library/store_connection.h"
#include "manifest/marks.h"
#include "parallel/parallel.h"
#include "thumbs/build.h"

namespace thumbs {

std::optional<Report> engine::run_part_on(disk::Disk& disk, cache::Cache& cache, const Manifest& manifest,
                                          const Options& options, int jobs, Observer& observer,
                                          const engine::CacheHold& hold, engine::LastRun& last,
                                          const std::vector<std::string>& files) {
  if (options.force || options.verify) return std::nullopt;
  const bool files_stand = last.files_stand(disk, manifest);
  // A lockfile or an index is changed line by line, if the others are known to be right.
  if ((manifest.lock || manifest.index) && !files_stand) return std::nullopt;
  if (files_stand) cache.trust_file();
  const std::optional<engine::Part> part = engine::part_of(manifest, disk, cache, files);
  if (!part) return std::nullopt;
  std::vector<std::string> known = manifest::mark_files(manifest);  // their records save reading them
  known.insert(known.end(), part->sources.begin(), part->sources.end());
  engine::PartOfCache some(cache, std::move(known), part->outputs);
  engine::CacheHold narrow = hold;
  narrow.part = &*part;
  narrow.decided = [&](const graph::Graph& graph) { part->require_enough(disk, graph, options, last); };
  try {
    return engine::run_on(disk, some, manifest, options, jobs, observer, narrow);
  } catch (const engine::NeedsWholeRun&) {
    return std::nullopt;
  }
}

std::optional<Report> engine::run_part(const Manifest& stated, const Options& given, Observer& observer,
                                       const std::function<void(const cache::Batch&)>& committed, engine::LastRun& last,
                                       const std::vector<std::string>& files) {
  const Manifest manifest = library::ready(stated);
  const Options options = engine::with_real_paths(given, manifest);
  const std::unique_ptr<disk::Disk> disk = disk::open_disk(manifest.folder);
  const cache::ReachableCache place(manifest.folder, manifest.cache);
  const std::string& file = place.file();
  if (!std::filesystem::exists(file)) return std::nullopt;
  cache::CacheLock lock(
      file, options.wait_seconds, [&] { return options.stop != nullptr && options.stop->load(); },
      engine::neighbours_of_cache(manifest, place));
  std::unique_ptr<cache::Cache> cache = cache::Cache::open(file, cache::CacheMode::read_write);
  const int jobs = options.jobs > 0 ? options.jobs : default_jobs();
  const std::shared_ptr<StoreConnection> store = library::line_of(manifest, options);
  const engine::CacheHold hold{.before_writing = [] { return false; },
                               .before_commit = [&lock] { lock.require_held(); },
                               .committed = committed,
                               .store = library::store_line(store)};
  std::optional<Report> report;
  parallel::with_threads(
      jobs, [&] { report = engine::run_part_on(*disk, *cache, manifest, options, jobs, observer, hold, last, files); });
  cache.reset();
  if (report) last.ended(*disk, manifest, *report);
  return report;
}

}  // namespace thumbs
