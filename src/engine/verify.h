// Holds the cache, the lockfile and the disk against one another. Reads everything, writes nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "disk/disk.h"

namespace thumbs::engine {

/// Each difference, a line that begins with the path of an output or a source; sorted. `rows` are the cache's, `lines`
/// the lockfile's, where one is asked for; where the cache has no outputs at all, the lockfile replaces it. Of every
/// output that was made, the file and the source must have the recorded bytes. Uses the oneTBB arena that it is called
/// in. Throws Error interrupted once `stop` is true.
std::vector<std::string> find_differences(
    const disk::DiskReader& disk, const cache::Records& rows, const cache::Records* lines,
    const std::function<bool()>& stop = [] { return false; });

}  // namespace thumbs::engine
