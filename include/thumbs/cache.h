// A manifest's cache from outside: how much it knows, and whether what it knows is true.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "thumbs/export.h"
#include "thumbs/manifest.h"

namespace THUMBS_PUBLIC thumbs {

struct CacheInfo {
  std::string file;  ///< relative to the manifest
  bool exists = false;
  std::uint64_t bytes = 0;  ///< of the file
  std::uint64_t sources = 0, outputs = 0, recipes = 0;
  int schema = 0;  ///< the version of its tables; 0 where it has none
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

}  // namespace thumbs
