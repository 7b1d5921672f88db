// `cache stats` and `cache verify`: look into the cache, change nothing.
#pragma once

#include <string>

#include "report/json.h"
#include "thumbs/manifest.h"

namespace thumbs {

/// Opens the manifest's cache for reading only. `verify`: look at every row, which takes time. Throws Error.
CacheFacts inspect_cache(const Manifest& manifest, bool verify);

/// For people: a table; with `verify` the faults, or that there are none.
std::string cache_text(const CacheFacts& facts, bool verify);

}  // namespace thumbs
