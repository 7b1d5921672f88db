// What former runs left behind: the cache's rows, and the lock's lines where the cache knows nothing. And the lock
// anew.
#pragma once

#include <string>
#include <vector>

#include "cache/cache.h"
#include "disk/disk.h"
#include "engine/ownership.h"
#include "lockfile/lockfile.h"
#include "thumbs/manifest.h"

namespace thumbs {

struct Memory {
  Records rows;         ///< of the cache; and a row for each line of the lock whose output the cache has none for
  std::string warning;  ///< see CacheLoad
  std::string lock;     ///< the lock's text as it stands; "" where there is none
  bool lock_is_current = true;  ///< it says what `rows` say, byte for byte; or no lock is asked for
  Ownership ownership;
};

/// The lock's path as messages name it: beside the manifest as the user named that.
std::string lock_name(const Manifest& manifest);

/// The lock's text; "" where there is none. Throws ManifestError where something else than a file stands there, Error
/// where it cannot be read.
std::string read_lock(const DiskReader& disk, const Manifest& manifest);

/// Takes `cache`'s rows, and the lock's. Throws as claim_cache(), read_lock() and parse_lock() do.
Memory remember(const DiskReader& disk, const Manifest& manifest, Cache& cache);

/// Writes the lock where its text differs from `before`'s: to a temporary file, synced, then renamed into place,
/// through a link. A lock without lines is no file. Throws Error (no_space, unwritable, io), its stage "lock".
std::vector<std::string> write_lock(Disk& disk, const Manifest& manifest, const std::string& before,
                                    const LockLedger& ledger);

}  // namespace thumbs
