// Made-up facts for the plan: a manifest, files as a scan would find them, rows as the cache would hold them.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/plan.h"
#include "plan/targets.h"
#include "thumbs/manifest.h"

namespace thumbs {

inline constexpr std::int64_t k_second_ns = 1'000'000'000;
inline constexpr std::int64_t k_then = 1'700'000'000 * k_second_ns;

inline Manifest manifest_of(std::string_view text) { return parse_manifest(text, "thumbs.json", "/project"); }

/// One set, in → out, with the variants given.
inline Manifest simple_manifest(std::string_view path = "{dir}/{stem}-{variant}.{ext}",
                                std::string_view variants = R"({"name": "a", "width": 8})") {
  return manifest_of(R"({"sets": [{"source": "in", "include": ["**"], "output": "out", "path": ")" + std::string(path) +
                     R"(", "variants": [)" + std::string(variants) + "]}]}");
}

/// The bytes that a picture called `content` has.
inline Hash128 hash_of(std::string_view content) { return hash_text(content); }

inline StatData stat_data_of(std::uint64_t size, std::int64_t mtime_ns = k_then, std::uint64_t inode = 1) {
  return {.size = size, .mtime_ns = mtime_ns, .ctime_ns = mtime_ns, .inode = inode};
}

/// What scans of these sets found: each path goes to every set whose source holds it.
inline SourceList found(const Manifest& manifest, std::vector<std::string> paths,
                        const std::vector<std::string>& reserved = {}) {
  std::sort(paths.begin(), paths.end());
  std::vector<ScanResult> scans(manifest.sets.size());
  for (std::size_t set = 0; set < scans.size(); ++set) {
    const std::string& folder = manifest.sets[set].source;
    const std::string prefix = folder.empty() ? "" : folder + "/";
    for (const std::string& path : paths)
      if (path.starts_with(prefix))
        scans[set].files.push_back(
            {path, static_cast<std::uint32_t>(prefix.size()), {FileKind::regular, stat_data_of(path.size()), 1}});
  }
  return merge_scans(scans, reserved);
}

inline std::vector<std::string> source_paths(const Targets& targets) {
  std::vector<std::string> paths;
  for (const Source& source : targets.list.sources) paths.push_back(source.path);
  return paths;
}

inline std::vector<std::string> output_paths(const Targets& targets) {
  std::vector<std::string> paths;
  for (const Target& target : targets.outputs) paths.push_back(target.output);
  return paths;
}

/// The texts of the faults, each with its pointer; empty where there are none.
inline std::vector<std::string> faults_of(const Manifest& manifest, const SourceList& list, const Records& rows = {}) {
  std::vector<std::string> texts;
  try {
    make_targets(manifest, list, rows);
  } catch (const ManifestError& error) {
    for (const Diagnostic& diagnostic : error.diagnostics())
      texts.push_back(diagnostic.pointer + ": " + diagnostic.message);
  }
  return texts;
}

/// A row that a build left: `path` made from `source` with `content`, 100 bytes of "made".
inline OutputRecord output_row(std::string path, std::string source, std::string_view content) {
  OutputRecord row;
  row.path = std::move(path);
  row.source = std::move(source);
  row.source_hash = hash_of(content);
  row.size = 100;
  row.mtime_ns = k_then;
  row.hash = hash_of("made");
  row.width = 8;
  row.height = 6;
  row.made = true;
  return row;
}

inline void sort_rows(Records& rows) {
  const auto by_path = [](const auto& a, const auto& b) { return a.path < b.path; };
  std::sort(rows.sources.begin(), rows.sources.end(), by_path);
  std::sort(rows.outputs.begin(), rows.outputs.end(), by_path);
}

}  // namespace thumbs
