// What else a run writes into the folder of the cache, which git must not be told to ignore then.
#pragma once

#include <string>
#include <vector>

#include "cache/cache_files.h"
#include "disk/disk.h"
#include "thumbs/manifest.h"
#include "thumbs/report.h"

namespace thumbs::engine {

/// The outputs' folders, the lock and the index, by names that every call takes while `cache` lives.
std::vector<std::string> neighbours_of_cache(const Manifest& manifest, const cache::ReachableCache& cache);

/// The folders of the cache's path among `made`, which CacheLock names as `cache` does.
std::vector<std::string> folders_of_cache(const Manifest& manifest, const cache::ReachableCache& cache,
                                          const std::vector<std::string>& made);

/// Removes the cache, what else builds and galleries left in a folder of its own, and the folders that this leaves
/// empty: its own, and the lockfile's, which went before. `made` is what the cache knew of folders that builds made.
/// Throws Error (unwritable, io).
void remove_cache_and_folders(disk::Disk& disk, const Manifest& manifest, const cache::ReachableCache& cache,
                              const std::vector<std::string>& made);

/// Earlier versions hid such neighbours from git. Their .gitignore is not removed: it may be somebody's own.
void warn_of_gitignore(const Manifest& manifest, const cache::ReachableCache& cache, Report& report);

}  // namespace thumbs::engine
