// Made-up graphs for the rules: a manifest, files as a scan would find them, records as the cache would hold them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/graph.h"
#include "rules/apply_rules.h"
#include "rules/conflicts.h"
#include "scan/scan.h"
#include "support/kept.h"
#include "thumbs/manifest.h"

namespace thumbs::rules {

inline constexpr std::int64_t k_second_ns = 1'000'000'000;
inline constexpr std::int64_t k_then = 1'700'000'000 * k_second_ns;

Manifest manifest_of(std::string_view text);

/// One set, in → out, with the variants given.
Manifest simple_manifest(std::string_view path = "{dir}/{stem}-{variant}.{ext}",
                         std::string_view variants = R"({"name": "a", "width": 8})");

/// The hash of a picture whose bytes are `content`.
Hash128 hash_of(std::string_view content);

disk::StatData stat_data_of(std::uint64_t size, std::int64_t mtime_ns = k_then, std::uint64_t inode = 1);

/// The record that a build left of an output: `path` made from `source` with `content`, 100 bytes of "made".
cache::OutputRecord output_record(std::string_view path, std::string_view source, std::string_view content);

void sort_records(cache::Records& records);

/// What the scans of the sets found: each path goes to every set whose source folder holds it. A file is as large as
/// its path is long.
std::vector<scan::ScanResult> scans_of(const Manifest& manifest, std::vector<std::string> paths);

/// The sources that were found, linked to their records. No rule is applied yet. `manifest` must outlive the graph.
graph::Graph graph_of(const Manifest& manifest, std::vector<std::string> paths, const cache::Records& records = {},
                      const std::vector<std::string>& reserved = {});

/// As graph_of(), with rules applied.
graph::Graph applied(const Manifest& manifest, std::vector<std::string> paths, const cache::Records& records = {},
                     const std::vector<std::string>& reserved = {});

/// Says what the content of a source is.
void set_content(graph::Source& source, std::string_view content, std::string_view format = "png");

std::vector<std::string> source_paths(const graph::Graph& graph);

std::vector<std::string> output_paths(const graph::Graph& graph);

std::vector<std::string> leftover_paths(const graph::Graph& graph);

/// The texts of a graph's faults, each with its pointer.
std::vector<std::string> fault_texts(const graph::Graph& graph);

/// What is wrong with the outputs that the rules make from these files; empty where nothing is.
std::vector<std::string> faults_of(const Manifest& manifest, std::vector<std::string> paths,
                                   const cache::Records& records = {});

}  // namespace thumbs::rules
