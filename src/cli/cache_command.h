// `cache stats` and `cache verify`: look into the cache, change nothing.
#pragma once

#include <string>

#include "report/json.h"
#include "thumbs/manifest.h"

namespace thumbs {

/// Opens the manifest's cache for reading only. `verify`: look at every row, and hold it against the lock and the disk,
/// which takes time. Throws Error, and ManifestError for a lock that cannot be read.
CacheFacts inspect_cache(const Manifest& manifest, bool verify);

/// For people: a table; with `verify` the faults, or that there are none.
std::string cache_text(const CacheFacts& facts, bool verify);

}  // namespace thumbs
