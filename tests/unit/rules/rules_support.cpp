// Finds files without a disk, and keeps what graphs refer to.
#include "unit/rules/rules_support.h"

#include <algorithm>
#include <deque>

#include "rules/apply_rules.h"
#include "rules/conflicts.h"
#include "support/kept.h"

namespace thumbs::rules {

Manifest manifest_of(std::string_view text) { return parse_manifest(text, "thumbs.json", "/project"); }

Manifest simple_manifest(std::string_view path, std::string_view variants) {
  return manifest_of(R"({"sets": [{"source": "in", "include": ["**"], "output": "out", "path": ")" + std::string(path) +
                     R"(", "variants": [)" + std::string(variants) + "]}]}");
}

Hash128 hash_of(std::string_view content) { return hash_text(content); }

disk::StatData stat_data_of(std::uint64_t size, std::int64_t mtime_ns, std::uint64_t inode) {
  return {.size = size, .mtime_ns = mtime_ns, .ctime_ns = mtime_ns, .inode = inode};
}

cache::OutputRecord output_record(std::string_view path, std::string_view source, std::string_view content) {
  cache::OutputRecord record;
  record.path = test::kept(path);
  record.source = test::kept(source);
  record.source_hash = hash_of(content);
  record.size = 100;
  record.mtime_ns = k_then;
  record.hash = hash_of("made");
  record.width = 8;
  record.height = 6;
  record.made = true;
  return record;
}

void sort_records(cache::Records& records) {
  std::ranges::sort(records.sources, {}, &cache::SourceRecord::path);
  std::ranges::sort(records.outputs, {}, &cache::OutputRecord::path);
}

std::vector<scan::ScanResult> scans_of(const Manifest& manifest, std::vector<std::string> paths) {
  std::ranges::sort(paths);
  std::vector<scan::ScanResult> scans;
  for (const Set& set : manifest.sets) {
    scan::ScanResult& scan = scans.emplace_back();
    const std::string prefix = set.source.empty() ? "" : set.source + "/";
    for (const std::string& path : paths)
      if (path.starts_with(prefix))
        scan.files.push_back({test::kept(path), static_cast<std::uint32_t>(prefix.size()), stat_data_of(path.size())});
  }
  return scans;
}

graph::Graph graph_of(const Manifest& manifest, std::vector<std::string> paths, const cache::Records& records,
                      const std::vector<std::string>& reserved) {
  graph::Graph graph(manifest);
  graph.records.sources = records.sources;
  graph.records.outputs = records.outputs;
  graph.records.recipes = records.recipes;
  sort_records(graph.records);
  add_sources(graph, scans_of(manifest, std::move(paths)), reserved);
  return graph;
}

graph::Graph applied(const Manifest& manifest, std::vector<std::string> paths, const cache::Records& records,
                     const std::vector<std::string>& reserved) {
  graph::Graph graph = graph_of(manifest, std::move(paths), records, reserved);
  apply_rules(graph);
  return graph;
}

void set_content(graph::Source& source, std::string_view content, std::string_view format) {
  static std::deque<cache::SourceRecord> contents;  // as test::kept()
  source.content = &contents.emplace_back(cache::SourceRecord{
      .path = source.path, .stat_data = source.stat_data, .hash = hash_of(content), .format = format});
}

std::vector<std::string> source_paths(const graph::Graph& graph) {
  std::vector<std::string> paths;
  for (const graph::Source& source : graph.sources) paths.emplace_back(source.path);
  return paths;
}

std::vector<std::string> output_paths(const graph::Graph& graph) {
  std::vector<std::string> paths;
  for (const graph::Output& output : graph.outputs) paths.emplace_back(output.path);
  return paths;
}

std::vector<std::string> leftover_paths(const graph::Graph& graph) {
  std::vector<std::string> paths;
  for (const graph::Output& output : graph.leftovers) paths.emplace_back(output.path);
  return paths;
}

std::vector<std::string> fault_texts(const graph::Graph& graph) {
  std::vector<std::string> texts;
  for (const Diagnostic& fault : graph.faults) texts.push_back(fault.pointer + ": " + fault.message);
  return texts;
}

std::vector<std::string> faults_of(const Manifest& manifest, std::vector<std::string> paths,
                                   const cache::Records& records) {
  graph::Graph graph = applied(manifest, std::move(paths), records);
  find_conflicts(graph);
  return fault_texts(graph);
}

}  // namespace thumbs::rules
