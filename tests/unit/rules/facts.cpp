// Makes the records that a build of the same sources would leave.
#include "unit/rules/facts.h"

#include <algorithm>

namespace thumbs::rules {

Facts::Facts(const std::vector<std::string>& paths, Manifest rules)
    : manifest(std::make_unique<const Manifest>(std::move(rules))), graph(found(paths)) {
  for (const graph::Source& source : graph.sources)
    graph.records.sources.push_back({source.path, source.stat_data, source.content->hash, "png", true});
  graph::Graph built = found(paths);
  apply_rules(built);
  std::vector<const manifest::Recipe*> recipes;
  for (const manifest::Recipe& recipe : built.recipes) {
    recipes.push_back(&recipe);
    graph.records.recipes.push_back({recipe.text, recipe.stages, recipe.libraries});
  }
  for (const graph::Output& output : built.outputs) {
    const TextRef source = output.source->path;
    cache::OutputRecord& made = graph.records.outputs.emplace_back(output_record(output.path, source, source));
    made.recipe = static_cast<std::uint32_t>(std::ranges::find(recipes, output.recipe) - recipes.begin());
  }
  sort_records(graph.records);
}

Facts::Facts(Facts&&) noexcept = default;

Facts::~Facts() = default;

graph::Source& Facts::source(std::string_view path) {
  return *std::ranges::find(graph.sources, path, &graph::Source::path);
}

cache::SourceRecord& Facts::source_record(std::string_view path) {
  return *std::ranges::find(graph.records.sources, path, &cache::SourceRecord::path);
}

cache::OutputRecord& Facts::record(std::string_view path) {
  return *std::ranges::find(graph.records.outputs, path, &cache::OutputRecord::path);
}

void Facts::add_record(cache::OutputRecord record) { graph.records.outputs.push_back(std::move(record)); }

void Facts::forget_source(std::string_view path) {
  std::erase_if(graph.records.sources, [&](const cache::SourceRecord& record) { return record.path == path; });
}

void Facts::forget_output(std::string_view path) {
  std::erase_if(graph.records.outputs, [&](const cache::OutputRecord& record) { return record.path == path; });
}

Facts& Facts::settle() {
  sort_records(graph.records);
  for (graph::Source& each : graph.sources) {
    const auto known = std::ranges::find(graph.records.sources, each.path, &cache::SourceRecord::path);
    each.record = known != graph.records.sources.end() ? &*known : nullptr;
  }
  apply_rules(graph);
  for (graph::Output* const output : recorded()) {
    const cache::OutputRecord& made = *output->record;
    output->kind = disk::FileKind::regular;
    output->stat_data = {made.size, made.mtime_ns, made.mtime_ns, 1};
    output->record_selected = true;
  }
  return *this;
}

std::vector<graph::Output*> Facts::recorded() {
  std::vector<graph::Output*> all;
  for (std::vector<graph::Output>* outputs : {&graph.outputs, &graph.leftovers})
    for (graph::Output& output : *outputs)
      if (output.record != nullptr) all.push_back(&output);
  return all;
}

graph::Output& Facts::output(std::string_view path) {
  const auto made = std::ranges::find(graph.outputs, path, &graph::Output::path);
  return made != graph.outputs.end() ? *made : *std::ranges::find(graph.leftovers, path, &graph::Output::path);
}

void Facts::remove_file(std::string_view path) {
  output(path).kind = disk::FileKind::missing;
  output(path).stat_data = {};
}

std::vector<std::string> Facts::doubtful_sources() {
  std::vector<std::string> paths;
  for (const graph::Source* const doubtful : sources_in_doubt(graph, options)) paths.emplace_back(doubtful->path);
  return paths;
}

std::vector<std::string> Facts::decide(const std::optional<Hash128>& file_hash) {
  std::vector<std::string> doubtful;
  for (graph::Output* const output : thumbs::rules::decide(graph, options)) {
    doubtful.emplace_back(output->path);
    decide_by_hash(graph, *output, file_hash);
  }
  find_copies(graph, options.force);
  return doubtful;
}

std::vector<const graph::Output*> Facts::stale() const {
  std::vector<const graph::Output*> all;
  for (const bool follows : {false, true})
    for (const graph::Output& output : graph.outputs)
      if (output.stale != nullptr && (output.stale->leader != nullptr) == follows) all.push_back(&output);
  return all;
}

std::vector<std::string> Facts::fresh() const {
  std::vector<std::string> paths;
  for (const graph::Output& output : graph.outputs)
    if (is_fresh(output)) paths.emplace_back(output.path);
  return paths;
}

std::vector<std::string> Facts::decided_lines() const {
  std::vector<std::string> lines;
  for (const graph::Output* const output : stale()) {
    std::string line = std::string(output->path) + ": " + std::string(to_string(output->stale->reason));
    if (!output->stale->copies.empty()) line += " from " + std::string(output->stale->copies.front().path);
    if (output->stale->leader != nullptr) line += " after " + std::string(output->stale->leader->path);
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> Facts::lines() {
  decide();
  return decided_lines();
}

graph::Graph Facts::found(const std::vector<std::string>& paths) const {
  graph::Graph all = graph_of(*manifest, paths);
  for (graph::Source& each : all.sources) set_content(each, each.path);
  return all;
}

}  // namespace thumbs::rules
