// What else a run writes into the folder of the cache, which git must not be told to ignore then.
#pragma once

#include <string>
#include <vector>

#include "cache/cache_files.h"
#include "thumbs/manifest.h"
#include "thumbs/report.h"

namespace thumbs {

/// The outputs' folders, the lock and the index, by names that every call takes while `cache` lives.
std::vector<std::string> neighbours_of_cache(const Manifest& manifest, const ReachableCache& cache);

/// Earlier versions hid such neighbours from git. Their .gitignore is not removed: it may be somebody's own.
void warn_of_gitignore(const Manifest& manifest, const ReachableCache& cache, Report& report);

}  // namespace thumbs
