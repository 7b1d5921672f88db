// A manifest's cache from outside: how much it knows, and whether what it knows is true.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "thumbs/export.h"
#include "thumbs/manifest.h"
#include "thumbs/report.h"

namespace THUMBS_PUBLIC thumbs {

struct CacheInfo {
  std::string file;  ///< relative to the manifest
  bool exists = false;
  std::uint64_t bytes = 0;  ///< of the file
  std::uint64_t sources = 0, outputs = 0, recipes = 0;
  int schema = 0;  ///< the version of its tables; 0 where it has none
  /// Parts of the sources (Options::shard) that it is of: "2/4", "2/4 (not finished)"; none: of the whole.
  std::vector<std::string> parts = {};
};

/// Reads the cache, changes nothing, waits for nobody: a run may go on meanwhile. A missing cache is an empty one.
/// Throws Error `usage` where it belongs to another manifest or is no cache at all, `io` or `unwritable` where it
/// cannot be read; and ManifestError as normalised() does.
CacheInfo inspect_cache(const Manifest& manifest);

/// Checks each row of the cache, and holds rows and the lockfile's lines against sources and outputs, all of which it
/// reads: each line names a fault or a difference; none means that all is as it was recorded. Changes nothing. Throws
/// as inspect_cache() does, ManifestError for a lockfile that cannot be read, and Error `interrupted` once `stop`,
/// where given, is true.
std::vector<std::string> verify_cache(const Manifest& manifest, const std::atomic<bool>* stop = nullptr);

class Observer;

struct MergeOptions {
  /// Cache files, relative to `base`, an absolute folder ("": the manifest's).
  std::vector<std::string> files = {};
  std::string base = {};
  bool force = false;    ///< take what there is, although parts are missing, doubled or not finished
  bool dry_run = false;  ///< change nothing
  int jobs = 0;          ///< files looked at at once; 0: default_jobs()
  double wait_seconds = 10;
  const std::atomic<bool>* stop = nullptr;  ///< as Options::stop
};

struct MergeInfo {
  std::uint64_t caches = 0;            ///< that were merged
  std::uint64_t outputs = 0;           ///< records that were taken over, or equal what was there
  std::uint64_t left_out = 0;          ///< records that do not count: their outputs do not stand as they say
  std::uint32_t parts = 0;             ///< N, where the caches are of parts; 0: of the whole
  std::vector<std::uint32_t> missing;  ///< parts that no cache has finished
};

struct Merged {
  std::vector<std::string> refusals;  ///< why nothing was done, each with the name of a cache or a part; else none
  MergeInfo info;
  Report report;  ///< of lockfile and index, which are brought up to date; warnings and errors of all
};

/// Takes the records of other caches of this manifest over into its own, where the outputs stand as they say: all of
/// them, or, where it fails or is killed, none. Brings lockfile and index up to date where there are any; makes no
/// output. Caches of parts (Options::shard) must be all of them, finished, once each, with the rules that the manifest
/// has now. Throws as run() does.
Merged merge_caches(const Manifest& manifest, const MergeOptions& options, Observer& observer);

}  // namespace thumbs
