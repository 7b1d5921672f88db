// The lockfile fills in what the cache lacks.
#include "engine/load_records.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "disk/atomic_file.h"
#include "engine/side_file.h"
#include "path/path.h"
#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

// Adds the records of `lines` for outputs that `records` does not know; both are sorted by path.
void fill_in(cache::Records& records, cache::Records lines) {
  const auto first = static_cast<std::uint32_t>(records.recipes.size());
  std::move(lines.recipes.begin(), lines.recipes.end(), std::back_inserter(records.recipes));
  std::vector<cache::OutputRecord> all;
  all.reserve(records.outputs.size() + lines.outputs.size());
  auto known = records.outputs.begin();
  for (cache::OutputRecord& line : lines.outputs) {
    while (known != records.outputs.end() && known->path < line.path) all.push_back(*known++);
    if (known != records.outputs.end() && known->path == line.path) continue;
    line.recipe += first;
    all.push_back(line);
  }
  std::copy(known, records.outputs.end(), std::back_inserter(all));
  records.texts.take(std::move(lines.texts));
  records.outputs = std::move(all);
}

}  // namespace

std::string lockfile_name(const Manifest& manifest) {
  return join_path(parent_of(manifest.file), manifest.lock.value_or(""));
}

LoadedRecords load_records(const disk::DiskReader& disk, const Manifest& manifest, cache::Cache& cache, bool part) {
  cache::CacheLoad from_cache = cache.load();
  LoadedRecords loaded{std::move(from_cache.rows), std::move(from_cache.warning), {}, true, {}};
  loaded.ownership = claim_cache(disk, manifest, loaded.records.owner);
  if (!manifest.lock || part) return loaded;
  loaded.lockfile = read_side_file(disk, manifest, SideFile::lock);
  // Nearly always it is what the last run wrote, and there is nothing to read in it.
  loaded.lockfile_is_current = loaded.lockfile == lockfile::lockfile_text(loaded.records);
  if (loaded.lockfile_is_current) return loaded;
  fill_in(loaded.records, lockfile::parse_lockfile(loaded.lockfile, lockfile_name(manifest)));
  loaded.lockfile_is_current = loaded.lockfile == lockfile::lockfile_text(loaded.records);
  return loaded;
}

void take_records(LoadedRecords loaded, graph::Graph& graph) {
  graph.records = std::move(loaded.records);
  graph.lockfile = std::move(loaded.lockfile);
  graph.lockfile_is_current = loaded.lockfile_is_current;
  graph.owner = std::move(loaded.ownership.owner);
  graph.owner_is_new = loaded.ownership.must_record;
  for (std::string* const warning : {&loaded.ownership.warning, &loaded.warning})
    if (!warning->empty()) graph.warnings.insert(graph.warnings.begin(), std::move(*warning));
}

std::vector<std::string> write_lockfile(disk::Disk& disk, const Manifest& manifest, const std::string& before,
                                        const std::string& text) {
  if (text == before) return {};
  try {
    const std::string path = behind_links(disk, manifest, *manifest.lock);
    if (!text.empty()) return disk::replace_file(disk, path, std::as_bytes(std::span(text)));
    disk.remove(path);
    disk.sync({&path, 1});
    return {};
  } catch (const Error& error) {
    throw Error(error.code(), error.message(), *manifest.lock, "lock");
  }
}

}  // namespace thumbs::engine
