// Files that may not be sources are known by their paths: those that this run needs, and reports of former ones.
#include "engine/scan_sources.h"

#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "engine/load_records.h"
#include "engine/own_files.h"
#include "engine/part.h"
#include "engine/places.h"
#include "engine/unused_patterns.h"
#include "manifest/marks.h"
#include "manifest/side_files.h"
#include "parallel/parallel.h"
#include "rules/apply_rules.h"
#include "scan/scan.h"
#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

// A source folder that is unmounted or moved away while it is listed shows a part of what is in it: not to be believed.
void doubt_a_changed_root(const Set& set, const std::optional<disk::FileStat>& before,
                          const std::optional<disk::FileStat>& after, scan::ScanResult& found) {
  if (!before || (after && is_same_file(*before, *after))) return;
  found.unlistable.push_back(set.source);
  found.errors.push_back(set.source + ": cannot be listed: it was moved or replaced during the scan");
}

// A former report or gallery is no source and may be replaced; a picture must not be, whatever the command line says.
bool may_be_a_report(const RunContext& run, const std::string& path) {
  if (is_own_file(run, path)) return true;
  try {
    std::byte first{};
    return run.disk.open(path)->read(0, std::span(&first, 1)) == 0 || first == std::byte{'{'};
  } catch (const Error&) {
    return true;  // writing will say what is wrong with it
  }
}

std::vector<scan::ScanResult> scan_sets(const RunContext& run, graph::Graph& graph) {
  std::vector<scan::ScanResult> scans;
  std::mutex mutex;  // a scan tells from any of its threads, an observer hears one at a time
  std::uint64_t before = 0;
  for (const Set& set : run.manifest.sets) {
    if (run.part != nullptr) {
      scans.push_back(scan::scan_files(run.disk, set, run.part->sources));
      continue;
    }
    const std::optional<disk::FileStat> root = try_stat(run, set.source);
    const auto seen = [&](std::uint64_t files) {
      const std::lock_guard lock(mutex);
      run.observer.scanning(before + files);
    };
    scans.push_back(scan::scan(run.disk, set, seen, [&] { return run.stopped(); }));
    doubt_a_changed_root(set, root, try_stat(run, set.source), scans.back());
    before += scans.back().files.size();
    const auto append = [](std::vector<std::string>& to, const std::vector<std::string>& from) {
      for (const std::string& text : from)
        if (std::find(to.begin(), to.end(), text) == to.end()) to.push_back(text);
    };
    append(graph.unlistable, scans.back().unlistable);
    append(graph.warnings, scans.back().warnings);
    append(graph.warnings, unused_pattern_warnings(run, static_cast<std::uint32_t>(scans.size() - 1), scans.back()));
    append(graph.errors, scans.back().errors);
  }
  run.observer.scanning(before);
  return scans;
}

void keep_pictures_from_reports(const RunContext& run, const std::vector<scan::ScanResult>& scans) {
  for (const std::string& absolute : run.options.reserved_files) {
    const std::string path = report_path(run, absolute);
    for (const scan::ScanResult& scan : scans) {
      const auto found =
          std::lower_bound(scan.files.begin(), scan.files.end(), path,
                           [](const scan::FoundFile& file, const std::string& p) { return file.path < p; });
      if (path.empty() || found == scan.files.end() || found->path != path || may_be_a_report(run, path)) continue;
      throw Error(ErrorCode::usage, "would overwrite the source \"" + path + "\"", absolute);
    }
  }
}

}  // namespace

std::string report_path(const RunContext& run, const std::string& absolute) {
  const std::string& folder = run.manifest.folder;
  const bool inside = absolute.starts_with(folder + "/");
  return inside ? absolute.substr(folder.size() + 1) : std::string();
}

std::vector<std::string> reserved_paths(const RunContext& run) {
  const Manifest& manifest = run.manifest;
  std::vector<std::string> reserved{manifest.path, manifest.cache, manifest.cache + "-journal"};
  for (std::string& file : manifest::side_files(manifest)) reserved.push_back(std::move(file));
  for (std::string& mark : manifest::mark_files(manifest)) reserved.push_back(std::move(mark));
  for (const std::string& absolute : run.options.reserved_files)
    if (std::string path = report_path(run, absolute); !path.empty()) reserved.push_back(std::move(path));
  return reserved;
}

void load_and_scan(const RunContext& run, cache::Cache& cache, graph::Graph& graph) {
  LoadedRecords loaded;
  std::vector<scan::ScanResult> scans;
  parallel::at_once([&] { loaded = load_records(run.disk, run.manifest, cache, run.part != nullptr); },
                    [&] { scans = scan_sets(run, graph); });
  take_records(std::move(loaded), graph);
  keep_pictures_from_reports(run, scans);
  std::vector<std::string> no_sources = own_files(run, scans);
  const std::vector<std::string> reserved = reserved_paths(run);
  no_sources.insert(no_sources.end(), reserved.begin(), reserved.end());
  rules::add_sources(graph, scans, no_sources);
  scans.clear();
  scans.shrink_to_fit();
  // The outputs come next, and in other sizes: what the scan needed would stay with the process, unused.
  constexpr std::size_t k_many = 10'000;
  if (graph.sources.size() > k_many) malloc_trim(0);
  graph.took_files = graph::sets_with_sources(graph);
  graph.aliases = output_aliases(run);
}

}  // namespace thumbs::engine
