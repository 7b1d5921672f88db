// A build of a few files among very many: what `watch` does after most changes. It takes the path of a whole run, over
// the records of these files and a scan of these files.
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cache/cache.h"
#include "cache/cache_files.h"
#include "engine/cache_folder.h"
#include "engine/engine.h"
#include "graph/graph.h"
#include "library/check.h"
#include "manifest/marks.h"
#include "rules/apply_rules.h"
#include "scan/scan.h"
#include "thumbs/build.h"

namespace thumbs {
namespace {

using Paths = std::vector<std::string>;

// A cache that knows these sources and outputs, and no others.
class PartOfCache final : public cache::Cache {
 public:
  PartOfCache(cache::Cache& whole, const Paths& sources, const Paths& outputs)
      : whole_(whole), sources_(sources), outputs_(outputs) {}

  cache::CacheLoad load() override { return whole_.load_part(sources_, outputs_); }
  void commit(const cache::Batch& batch) override { whole_.commit(batch); }
  Paths made_folders() override { return whole_.made_folders(); }
  std::vector<cache::PictureRecord> load_pictures() override { return whole_.load_pictures(); }
  Paths take_warnings() override { return whole_.take_warnings(); }
  Stats stats() override { return whole_.stats(); }
  Paths verify() override { return whole_.verify(); }

 private:
  cache::Cache& whole_;
  const Paths& sources_;
  const Paths& outputs_;
};

// A lockfile and an index are written from all records.
bool needs_all(const Manifest& manifest, const Options& options) {
  return manifest.lock || manifest.index || !options.paths.empty() || options.force || options.verify;
}

bool takes(const Manifest& manifest, const disk::DiskReader& disk, const std::string& file) {
  return std::any_of(manifest.sets.begin(), manifest.sets.end(),
                     [&](const Set& set) { return !scan::scan_files(disk, set, {file}).files.empty(); });
}

// The sources that these files are, or are made from; empty where a record is missing for one.
std::optional<Paths> sources_of(const Manifest& manifest, const disk::DiskReader& disk, cache::Cache& cache,
                                const Paths& files) {
  cache::CacheLoad loaded = cache.load_part(files, files);
  if (!loaded.warning.empty()) return std::nullopt;
  Paths sources;
  for (const std::string& file : files) {
    const auto* const output = graph::find_output_record(loaded.rows, file);
    const bool is_source = std::ranges::binary_search(loaded.rows.sources, file, {}, &cache::SourceRecord::path);
    if (output != nullptr && is_source) return std::nullopt;
    if (output == nullptr && !is_source) {
      if (disk.stat(file, false).kind == disk::FileKind::symlink || takes(manifest, disk, file)) return std::nullopt;
      continue;  // nobody's, or gone before anybody saw it
    }
    sources.emplace_back(output != nullptr ? std::string(output->source) : file);
  }
  std::sort(sources.begin(), sources.end());
  sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
  for (const std::string& source : sources)
    if (!takes(manifest, disk, source)) return std::nullopt;
  return sources;
}

// The outputs that the rules make from these sources; empty where that depends on more than the names.
std::optional<Paths> outputs_of(const Manifest& manifest, const disk::DiskReader& disk, const Paths& sources) {
  graph::Graph graph(manifest);
  std::vector<scan::ScanResult> scans;
  for (const Set& set : manifest.sets) scans.push_back(scan::scan_files(disk, set, sources));
  rules::add_sources(graph, scans, {});
  rules::apply_rules(graph);
  if (graph.sources.size() != sources.size() || !graph.faults.empty()) return std::nullopt;
  Paths outputs;
  for (const graph::Output& output : graph.outputs) {
    if (output.path.empty()) return std::nullopt;
    outputs.emplace_back(output.path);
  }
  return outputs;
}

// Whether each output is recorded as made from one of these sources, and none of these is an output itself.
bool are_recorded(cache::Cache& cache, const Paths& sources, const Paths& outputs) {
  Paths paths = outputs;
  paths.insert(paths.end(), sources.begin(), sources.end());
  cache::CacheLoad loaded = cache.load_part(sources, paths);
  const auto is_ours = [&](const cache::OutputRecord& output) {
    return std::ranges::binary_search(sources, std::string_view(output.source)) &&
           !std::ranges::binary_search(sources, std::string_view(output.path));
  };
  return loaded.warning.empty() && loaded.rows.sources.size() == sources.size() &&
         loaded.rows.outputs.size() == outputs.size() && std::ranges::all_of(loaded.rows.outputs, is_ours);
}

}  // namespace

std::optional<Report> engine::run_part(const Manifest& stated, const Options& options, Observer& observer,
                                       const std::function<void(const cache::Batch&)>& committed, const Paths& files) {
  const Manifest manifest = library::ready(stated);
  if (needs_all(manifest, options)) return std::nullopt;
  const std::unique_ptr<disk::Disk> disk = disk::open_disk(manifest.folder);
  const cache::ReachableCache place(manifest.folder, manifest.cache);
  const std::string& file = place.file();
  if (!std::filesystem::exists(file)) return std::nullopt;
  const cache::CacheLock lock(
      file, options.wait_seconds, [&] { return options.stop != nullptr && options.stop->load(); },
      engine::neighbours_of_cache(manifest, place));
  const std::unique_ptr<cache::Cache> cache = cache::Cache::open(file, cache::CacheMode::read_write);

  const std::optional<Paths> sources = sources_of(manifest, *disk, *cache, files);
  if (!sources) return std::nullopt;
  const std::optional<Paths> outputs = outputs_of(manifest, *disk, *sources);
  if (!outputs || !are_recorded(*cache, *sources, *outputs)) return std::nullopt;
  Paths known = manifest::mark_files(manifest);  // their records save reading them
  known.insert(known.end(), sources->begin(), sources->end());
  PartOfCache part(*cache, known, *outputs);
  const int jobs = options.jobs > 0 ? options.jobs : default_jobs();
  oneapi::tbb::task_arena arena(jobs);
  return arena.execute([&] {
    return engine::run_on(*disk, part, manifest, options, jobs, observer,
                          {.before_writing = [] { return false; },
                           .before_commit = [&lock] { lock.require_held(); },
                           .committed = committed,
                           .part = &*sources});
  });
}

}  // namespace thumbs
