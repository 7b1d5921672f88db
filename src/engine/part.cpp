// Takes the same path as a whole run, over a scan of a few files and over their records. What could make a difference
// that these do not show is left to a whole run.
#include "engine/part.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/last_run.h"
#include "path/path.h"
#include "rules/apply_rules.h"
#include "scan/scan.h"

namespace thumbs::engine {
namespace {

using Paths = std::vector<std::string>;

void sort_out(Paths& paths) {
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
}

bool takes(const Manifest& manifest, const disk::DiskReader& disk, const std::string& file) {
  return std::any_of(manifest.sets.begin(), manifest.sets.end(),
                     [&](const Set& set) { return !scan::scan_files(disk, set, {file}).files.empty(); });
}

bool is_missing(const disk::DiskReader& disk, const std::string& file) {
  return disk.stat(file, false).kind == disk::FileKind::missing;
}

// A source that comes or goes there may make an original of a thumbnail, or the other way round; and behind a link a
// file may have two names.
bool keeps_sources_apart(const Manifest& manifest) {
  const auto overlap = [](const std::string& a, const std::string& b) {
    return is_at_or_below(a, b) || is_at_or_below(b, a);
  };
  return std::ranges::none_of(manifest.sets, [&](const Set& set) {
    return set.follow_symlinks ||
           std::ranges::any_of(manifest.sets, [&](const Set& other) { return overlap(set.output, other.source); });
  });
}

// The name of an output depends on its source's bytes.
bool names_by_content(const Manifest& manifest) {
  return std::ranges::any_of(manifest.sets, [](const Set& set) {
    return set.path.find("{hash}") != std::string::npos ||
           std::ranges::any_of(set.variants,
                               [](const Variant& variant) { return variant.format == OutputFormat::source; });
  });
}

// Finds the sources that files are, or are made from.
class Sources {
 public:
  Sources(const Manifest& manifest, const disk::DiskReader& disk, cache::Records& records)
      : manifest_(manifest), disk_(disk), records_(records) {}

  /// False where only a whole run can tell.
  bool add(const std::string& file) {
    const auto* const output = graph::find_output_record(records_, file);
    const bool is_source = std::ranges::binary_search(records_.sources, file, {}, &cache::SourceRecord::path);
    if (output != nullptr) return !is_source && add_source(std::string(output->source));
    if (is_source) return add_source(file);
    if (disk_.stat(file, false).kind == disk::FileKind::symlink) return false;
    if (!takes(manifest_, disk_, file)) return true;  // nobody's, or gone before anybody saw it
    part_.comes_or_goes = true;
    part_.sources.push_back(file);
    return true;
  }

  Part take() {
    sort_out(part_.sources);
    return std::move(part_);
  }

 private:
  bool add_source(const std::string& source) {
    const bool gone = is_missing(disk_, source);
    if (!gone && !takes(manifest_, disk_, source)) return false;
    part_.comes_or_goes |= gone;
    part_.sources.push_back(source);
    return true;
  }

  const Manifest& manifest_;
  const disk::DiskReader& disk_;
  cache::Records& records_;
  Part part_;
};

// The outputs that the rules make from these sources, as far as their names alone say. False where it is not said of
// each source.
bool add_outputs(const Manifest& manifest, const disk::DiskReader& disk, Part& part) {
  graph::Graph graph(manifest);
  std::vector<scan::ScanResult> scans;
  for (const Set& set : manifest.sets) scans.push_back(scan::scan_files(disk, set, part.sources));
  rules::add_sources(graph, scans, {});
  const std::size_t there = graph.sources.size();
  rules::apply_rules(graph);
  for (const graph::Output& output : graph.outputs)
    if (!output.path.empty()) part.outputs.emplace_back(output.path);
  return graph.sources.size() == there && graph.faults.empty();
}

}  // namespace

std::optional<Part> part_of(const Manifest& manifest, const disk::DiskReader& disk, cache::Cache& cache,
                            const Paths& files) {
  cache::CacheLoad loaded = cache.load_part(files, files);
  if (!loaded.warning.empty()) return std::nullopt;
  Sources sources(manifest, disk, loaded.rows);
  for (const std::string& file : files)
    if (!sources.add(file)) return std::nullopt;
  Part part = sources.take();
  if (part.comes_or_goes && !keeps_sources_apart(manifest)) return std::nullopt;
  if (!add_outputs(manifest, disk, part)) return std::nullopt;
  if (part.comes_or_goes || names_by_content(manifest)) {
    Paths made = cache.outputs_made_from(part.sources);
    part.outputs.insert(part.outputs.end(), made.begin(), made.end());
  }
  sort_out(part.outputs);
  return part;
}

void Part::require_enough(const disk::DiskReader& disk, const graph::Graph& graph, const Options& options,
                          LastRun& last) const {
  const auto is_gone = [&](const std::string& source) { return graph::find_source(graph, source) == nullptr; };
  for (const std::string& source : sources)
    if (is_gone(source) && (!options.paths.empty() || !is_missing(disk, source))) throw NeedsWholeRun{};
  if (comes_or_goes && !graph.aliases.empty()) throw NeedsWholeRun{};
  for (const graph::Output& output : graph.outputs)
    if (!output.path.empty() && !last.leaves_room_for(disk, output)) throw NeedsWholeRun{};
  // Those of earlier runs stayed because of a failure that may be mended now.
  if (options.prune && (last.orphans() != 0 || std::ranges::any_of(graph.leftovers, &graph::Output::orphan)))
    throw NeedsWholeRun{};
  last.decided_part(sources, graph);
}

cache::CacheLoad PartOfCache::load() {
  cache::CacheLoad loaded = whole_.load_part(sources_, outputs_);
  contents_.clear();
  for (const cache::SourceRecord& source : loaded.rows.sources) contents_.push_back(source.hash);
  for (const cache::OutputRecord& output : loaded.rows.outputs) contents_.push_back(output.source_hash);
  return loaded;
}

}  // namespace thumbs::engine
