// A plan's facts in the making: sources, outputs and rows that agree, until a test lets some of them differ.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plan_support.h"

namespace thumbs {

/// Every source has content of its own path's name; every output was made, and stands as its row says.
struct Facts {
  Manifest manifest;
  SourceList list;
  Records rows;
  PlanOptions options;
  std::vector<SourceRecord> contents;
  OutputFacts outputs;  // by row; filled in by settle()

  Targets targets;
  Matching matching;
  std::vector<bool> selected;

  explicit Facts(std::vector<std::string> paths, Manifest rules = simple_manifest("{stem}-{variant}.{ext}"))
      : manifest(std::move(rules)), list(found(manifest, std::move(paths))) {
    for (Source& source : list.sources) {
      source.hash = hash_of(source.path);
      source.format = "png";
      rows.sources.push_back({source.path, source.stat_data, true, *source.hash, "png"});
    }
    const Targets made = make_targets(manifest, list, {});
    for (const Recipe& recipe : made.recipes) rows.recipes.push_back({recipe.text, recipe.stages, recipe.libraries});
    for (const Target& target : made.outputs) {
      const std::string& source = made.list.sources[target.source].path;
      rows.outputs.push_back(output_row(target.output, source, source));
      rows.outputs.back().recipe = target.recipe;
    }
    sort_rows(rows);
  }

  OutputRecord& row(std::string_view path) {
    return *std::find_if(rows.outputs.begin(), rows.outputs.end(),
                         [&](const OutputRecord& r) { return r.path == path; });
  }
  Source& source(std::string_view path) {
    return *std::find_if(list.sources.begin(), list.sources.end(), [&](const Source& s) { return s.path == path; });
  }
  SourceRecord& source_record(std::string_view path) {
    return *std::find_if(rows.sources.begin(), rows.sources.end(),
                         [&](const SourceRecord& r) { return r.path == path; });
  }
  void forget_output(std::string_view path) {
    std::erase_if(rows.outputs, [&](const OutputRecord& r) { return r.path == path; });
  }
  void forget_source(std::string_view path) {
    std::erase_if(rows.sources, [&](const SourceRecord& r) { return r.path == path; });
  }

  /// After the rows and sources are as they should be: targets, matching, and stats that agree with the rows.
  Facts& settle() {
    sort_rows(rows);
    targets = make_targets(manifest, list, rows);
    matching = match_rows(targets, rows);
    selected.assign(targets.list.sources.size(), true);
    for (const OutputRecord& r : rows.outputs)
      outputs.stats.push_back({FileKind::regular, {r.size, r.mtime_ns, r.mtime_ns, 1}, 1});
    return *this;
  }
  FileStat& stat(std::string_view path) {
    const auto at =
        std::find_if(rows.outputs.begin(), rows.outputs.end(), [&](const auto& r) { return r.path == path; });
    return outputs.stats[static_cast<std::size_t>(at - rows.outputs.begin())];
  }
  void set_hash(std::string_view path, Hash128 hash) {
    const auto at =
        std::find_if(rows.outputs.begin(), rows.outputs.end(), [&](const auto& r) { return r.path == path; });
    outputs.hashes[static_cast<std::uint32_t>(at - rows.outputs.begin())] = hash;
  }

  Plan plan() const { return make_plan(targets, rows, matching, selected, outputs, contents, options); }

  std::vector<std::string> doubtful_sources() const {
    std::vector<std::string> paths;
    for (const std::uint32_t i : sources_in_doubt(targets, rows, matching, selected, options))
      paths.push_back(targets.list.sources[i].path);
    return paths;
  }
  std::vector<std::string> doubtful_outputs() const {
    std::vector<std::string> paths;
    for (const std::uint32_t i : outputs_in_doubt(targets, rows, matching, selected, outputs, options))
      paths.push_back(rows.outputs[i].path);
    return paths;
  }

  /// "out/a-a.jpg: source-changed", with " from OUTPUT" for a twin and " after OUTPUT" for a follower.
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    const Plan made = plan();
    for (const std::vector<Task>* tasks : {&made.tasks, &made.followers})
      for (const Task& task : *tasks)
        for (const Job& job : task.jobs) {
          std::string line = targets.outputs[job.target].output + ": " + std::string(to_string(job.reason));
          if (!job.twins.empty()) line += " from " + job.twins.front().output;
          if (tasks == &made.followers) line += " after " + targets.outputs[job.leader].output;
          all.push_back(line);
        }
    return all;
  }
};

}  // namespace thumbs
