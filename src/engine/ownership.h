// One cache, one manifest: two would take each other's thumbnails for orphans.
#pragma once

#include <string>

#include "disk/disk.h"
#include "thumbs/manifest.h"

namespace thumbs::engine {

struct Ownership {
  std::string owner;         ///< what to record with the next commit: the manifest's path from the cache's real folder
  bool must_record = false;  ///< what is recorded is out of date: reason enough for a commit
  std::string warning;       ///< where the cache is taken over
};

/// Whether the cache may serve this manifest: it is `recorded` (Records::owner), nobody is, or the recorded one is
/// gone, renamed or moved, so that this one takes its place. Throws Error `usage` where it is another one that still
/// stands.
Ownership claim_cache(const disk::DiskReader& disk, const Manifest& manifest, const std::string& recorded);

/// Why the cache `file` (absolute) is none of this manifest, which may have been built elsewhere: `recorded` is another
/// one that stands and has another text, or that is gone and had another name. "" where it is.
std::string other_owner(const disk::DiskReader& disk, const Manifest& manifest, const std::string& file,
                        const std::string& recorded);

}  // namespace thumbs::engine
