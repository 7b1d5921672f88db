// The cache from outside: opened for reading, without its lock.
#include <sys/stat.h>

#include <memory>
#include <utility>

#include "cache/cache.h"
#include "cache/cache_files.h"
#include "disk/disk.h"
#include "engine/load_records.h"
#include "engine/ownership.h"
#include "engine/side_file.h"
#include "engine/verify.h"
#include "library/check.h"
#include "lockfile/lockfile.h"
#include "thumbs/cache.h"

namespace thumbs {
namespace {

bool exists(const std::string& file) {
  struct stat found {};
  return lstat(file.c_str(), &found) == 0;
}

/// Each question has a connection of its own: one that met corruption knows less from then on.
std::unique_ptr<cache::Cache> open_to_read(const std::string& file) {
  return cache::Cache::open(file, cache::CacheMode::read_only);
}

void require_own(const disk::Disk& disk, const Manifest& manifest, const std::string& file) {
  engine::claim_cache(disk, manifest, open_to_read(file)->load().rows.owner);
}

}  // namespace

CacheInfo inspect_cache(const Manifest& stated) {
  const Manifest manifest = library::located(stated);
  const cache::ReachableCache place(manifest.folder, manifest.cache);
  const std::unique_ptr<disk::Disk> disk = disk::open_disk(manifest.folder);
  CacheInfo info;
  info.file = manifest.cache;
  info.exists = exists(place.file());
  require_own(*disk, manifest, place.file());
  const cache::Cache::Stats stats = open_to_read(place.file())->stats();
  info.bytes = stats.file_bytes;
  info.sources = stats.sources;
  info.outputs = stats.outputs;
  info.recipes = stats.recipes;
  info.schema = stats.schema;
  for (const cache::ShardRecord& shard : open_to_read(place.file())->load_shards())
    info.parts.push_back(std::to_string(shard.index) + "/" + std::to_string(shard.count) +
                         (shard.finished ? "" : " (not finished)"));
  return info;
}

std::vector<std::string> verify_cache(const Manifest& stated, const std::atomic<bool>* stop) {
  const Manifest manifest = library::located(stated);
  const cache::ReachableCache place(manifest.folder, manifest.cache);
  const std::unique_ptr<disk::Disk> disk = disk::open_disk(manifest.folder);
  require_own(*disk, manifest, place.file());
  std::vector<std::string> faults = open_to_read(place.file())->verify();
  const cache::CacheLoad loaded = open_to_read(place.file())->load();
  const cache::Records lines =
      manifest.lock ? lockfile::parse_lockfile(engine::read_side_file(*disk, manifest, engine::SideFile::lock),
                                               engine::lockfile_name(manifest))
                    : cache::Records{};
  std::vector<std::string> differences = engine::find_differences(*disk, loaded.rows, manifest.lock ? &lines : nullptr,
                                                                  [stop] { return stop != nullptr && stop->load(); });
  for (std::string& difference : differences) faults.push_back(std::move(difference));
  return faults;
}

}  // namespace thumbs
