// What former runs recorded: the cache's records, and the lockfile's lines where the cache knows nothing. And the
// lockfile anew.
#pragma once

#include <string>
#include <vector>

#include "cache/cache.h"
#include "disk/disk.h"
#include "engine/ownership.h"
#include "graph/graph.h"
#include "lockfile/lockfile.h"
#include "thumbs/manifest.h"

namespace thumbs::engine {

struct LoadedRecords {
  cache::Records records;  ///< of the cache; and one for each line of the lockfile whose output the cache has none for
  std::string warning;     ///< see CacheLoad
  std::string lockfile;    ///< see Graph
  bool lockfile_is_current = true;  ///< see Graph
  Ownership ownership;
};

/// Takes `cache`'s records, and the lockfile's. Throws as claim_cache(), read_side_file() and parse_lockfile() do.
/// Where `cache` gives only a part, the lockfile is known to be current and is not looked at.
LoadedRecords load_records(const disk::DiskReader& disk, const Manifest& manifest, cache::Cache& cache, bool part);

/// Puts them into the graph, before anything else is in it.
void take_records(LoadedRecords loaded, graph::Graph& graph);

/// The lockfile's path as messages name it: beside the manifest as the user named that.
std::string lockfile_name(const Manifest& manifest);

/// Writes the lockfile where `text` differs from `before`: to a temporary file, synced, then renamed into place,
/// through a link. A lockfile without lines is no file. Gives the folders that had to be made. Throws Error (no_space,
/// unwritable, io), its stage "lock".
std::vector<std::string> write_lockfile(disk::Disk& disk, const Manifest& manifest, const std::string& before,
                                        const std::string& text);

}  // namespace thumbs::engine
