// The library's front door: opens the real disk and the real cache, and runs on them.
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
#include "engine/real_terms.h"
#include "library/check.h"
#include "library/store_connection.h"
#include "machine/cores.h"
#include "parallel/parallel.h"
#include "thumbs/build.h"

namespace thumbs {

bool engine::writes(const Options& options) {
  const bool changes =
      options.command == Command::build || options.command == Command::prune || options.command == Command::clean;
  return changes && !options.dry_run;
}

bool engine::narrows_within_part(const Options& options) {
  return options.only_paths || !options.paths.empty() || !options.sets.empty() || !options.variants.empty();
}

bool engine::narrows(const Options& options) {
  return narrows_within_part(options) || (options.shard && options.shard->count > 1);
}

int default_jobs() { return machine::usable_cores(); }

Report run(const Manifest& manifest, const Options& options) {
  Observer nobody;
  return run(manifest, options, nobody);
}

Report run(const Manifest& manifest, const Options& options, Observer& observer) {
  return engine::run_and_tell(manifest, options, observer, {}, nullptr);
}

Report engine::run_and_tell(const Manifest& stated, const Options& given, Observer& observer,
                            const std::function<void(const cache::Batch&)>& committed, engine::LastRun* last) {
  namespace fs = std::filesystem;
  library::check_options(given);
  const Manifest manifest = library::ready(stated);
  const Options options = engine::with_real_paths(given, manifest);
  const int jobs = options.jobs > 0 ? options.jobs : default_jobs();
  const std::unique_ptr<disk::Disk> disk = disk::open_disk(manifest.folder);
  const cache::ReachableCache cache_place(manifest.folder, manifest.cache);
  const fs::path cache_file = cache_place.file();
  const auto stopped = [&options] { return options.stop != nullptr && options.stop->load(); };

  // Where there is no cache yet, it is made and locked only after all is decided.
  std::optional<cache::CacheLock> lock;
  const auto hold = [&] {
    lock.emplace(cache_file.string(), options.wait_seconds, stopped,
                 engine::neighbours_of_cache(manifest, cache_place));
  };
  const auto is_there = [&] { return cache::cache_file_state(cache_file) == cache::CacheFileState::present; };
  if (engine::writes(options) && fs::exists(cache_file)) hold();
  const auto hold_late = [&] {
    if (lock) return false;
    hold();
    return is_there();
  };
  const auto made_for_cache = [&] {
    return lock ? engine::folders_of_cache(manifest, cache_place, lock->made_folders()) : std::vector<std::string>{};
  };
  const auto still_held = [&] {
    if (lock) lock->require_held();
  };

  std::function<void(const graph::Graph&)> decided;
  if (last != nullptr) decided = [last](const graph::Graph& graph) { last->decided(graph); };

  std::unique_ptr<cache::Cache> cache = cache::Cache::open(
      cache_file.string(), engine::writes(options) ? cache::CacheMode::read_write : cache::CacheMode::read_only);
  const bool cleans = options.command == Command::clean && engine::writes(options) && !engine::narrows(options);
  const std::vector<std::string> made = cleans ? cache->made_folders() : std::vector<std::string>{};
  const std::shared_ptr<StoreConnection> store = library::line_of(manifest, options);
  const engine::CacheHold held{.before_writing = hold_late,
                               .before_commit = still_held,
                               .made_folders = made_for_cache,
                               .committed = committed,
                               .decided = decided,
                               .store = library::store_line(store)};
  Report report;
  parallel::with_threads(jobs,
                         [&] { report = engine::run_on(*disk, *cache, manifest, options, jobs, observer, held); });
  cache.reset();
  if (last != nullptr) last->ended(*disk, manifest, report);
  if (options.command == Command::build && engine::writes(options))
    engine::warn_of_gitignore(manifest, cache_place, report);
  if (cleans && report.ok()) {
    still_held();
    engine::remove_cache_and_folders(*disk, manifest, cache_place, made);
  }
  return report;
}

}  // namespace thumbs
