// `cache stats` and `cache verify`: read-only.
#pragma once

#include <string>

#include "report/json.h"
#include "thumbs/manifest.h"

namespace thumbs {

/// Opens the manifest's cache read-only. `verify`: compares every record with the lockfile and the disk, which takes
/// time. Throws Error, and ManifestError for a malformed lockfile.
CacheFacts inspect_cache(const Manifest& manifest, bool verify);

/// The text for the terminal: a table; with `verify` the faults, or "sound".
std::string cache_text(const CacheFacts& facts, bool verify);

}  // namespace thumbs
