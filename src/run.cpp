// The library's front door: opens the real disk and the real cache, and runs on them.
#include <oneapi/tbb/task_arena.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "cache/cache_files.h"
#include "engine/cache_folder.h"
#include "engine/engine.h"
#include "engine/real_terms.h"
#include "library/check.h"
#include "machine/cores.h"
#include "thumbs/build.h"

namespace thumbs {

bool writes(const Options& options) {
  const bool changes =
      options.command == Command::build || options.command == Command::prune || options.command == Command::clean;
  return changes && !options.dry_run;
}

int default_jobs() { return usable_cores(); }

Report run(const Manifest& manifest, const Options& options) {
  Observer nobody;
  return run(manifest, options, nobody);
}

Report run(const Manifest& stated, const Options& given, Observer& observer) {
  namespace fs = std::filesystem;
  check_options(given);
  const Manifest manifest = ready(stated);
  const Options options = with_real_paths(given, manifest);
  const int jobs = options.jobs > 0 ? options.jobs : default_jobs();
  oneapi::tbb::task_arena arena(jobs);
  const std::unique_ptr<Disk> disk = open_disk(manifest.folder);
  const ReachableCache cache_place(manifest.folder, manifest.cache);
  const fs::path cache_file = cache_place.file();
  const auto stopped = [&options] { return options.stop != nullptr && options.stop->load(); };

  // The lock is on the cache's folder. Where there is none yet, it is made and locked only after all is decided.
  std::optional<CacheLock> lock;
  const auto hold = [&] {
    lock.emplace(cache_file.string(), options.wait_seconds, stopped, neighbours_of_cache(manifest, cache_place));
  };
  if (writes(options) && fs::exists(cache_file.parent_path())) hold();
  const auto hold_late = [&] {
    if (lock) return false;
    hold();
    return fs::exists(cache_file);
  };
  const auto made_for_cache = [&] {
    return lock ? folders_of_cache(manifest, cache_place, lock->made_folders()) : std::vector<std::string>{};
  };
  const auto still_held = [&] {
    if (lock) lock->require_held();
  };

  std::unique_ptr<Cache> cache =
      Cache::open(cache_file.string(), writes(options) ? CacheMode::read_write : CacheMode::read_only);
  const bool cleans = options.command == Command::clean && writes(options) && options.paths.empty();
  const std::vector<std::string> made = cleans ? cache->made_folders() : std::vector<std::string>{};
  Report report = arena.execute([&] {
    return run_on(*disk, *cache, manifest, options, jobs, observer, {hold_late, still_held, made_for_cache});
  });
  cache.reset();
  if (options.command == Command::build && writes(options)) warn_of_gitignore(manifest, cache_place, report);
  if (cleans && report.ok()) {
    still_held();
    remove_cache_and_folders(*disk, manifest, cache_place, made);
  }
  return report;
}

}  // namespace thumbs
