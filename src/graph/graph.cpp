// Looks nodes up in their sorted vectors, and keeps links between nodes right where sources are dropped.
#include "graph/graph.h"

#include <algorithm>

namespace thumbs::graph {

std::string mark_of(const Graph& graph, const Variant& variant) {
  if (!variant.watermark) return {};
  const auto found = graph.marks.find(variant.watermark->file);
  return found == graph.marks.end() ? std::string() : found->second.hex();
}

const Source* find_source(const Graph& graph, std::string_view path) {
  const auto found = std::ranges::lower_bound(graph.sources, path, {}, &Source::path);
  return found != graph.sources.end() && found->path == path ? &*found : nullptr;
}

cache::OutputRecord* find_output_record(cache::Records& records, std::string_view path) {
  const auto found =
      std::lower_bound(records.outputs.begin(), records.outputs.end(), path,
                       [](const cache::OutputRecord& record, std::string_view p) { return record.path < p; });
  return found != records.outputs.end() && found->path == path ? &*found : nullptr;
}

const cache::PictureRecord* find_picture(const Graph& graph, const Hash128& hash) {
  const auto found = std::ranges::lower_bound(graph.pictures, hash, {}, &cache::PictureRecord::hash);
  return found != graph.pictures.end() && found->hash == hash ? &*found : nullptr;
}

void drop_sources(Graph& graph, const std::vector<bool>& drop) {
  if (std::ranges::find(drop, true) == drop.end()) return;
  const auto dropped = [&](const Source& source) {
    return drop[static_cast<std::size_t>(&source - graph.sources.data())];
  };
  std::vector<Source> sources;
  std::vector<Output> outputs;
  sources.reserve(graph.sources.size());
  outputs.reserve(graph.outputs.size());
  for (Source& source : graph.sources) {
    if (dropped(source)) continue;
    const std::span<Output> its_outputs = graph.outputs_of(source);
    Source& kept = sources.emplace_back(source);
    kept.first_output = static_cast<std::uint32_t>(outputs.size());
    for (Output& output : its_outputs) outputs.emplace_back(std::move(output)).source = &kept;
  }
  graph.sources = std::move(sources);
  graph.outputs = std::move(outputs);
}

void drop_outputs(Graph& graph, const std::vector<bool>& drop) {
  std::vector<Output> kept;
  kept.reserve(graph.outputs.size());
  for (Source& source : graph.sources) {
    const std::size_t first = source.first_output;
    const std::size_t end = first + source.outputs;
    source.first_output = static_cast<std::uint32_t>(kept.size());
    for (std::size_t i = first; i < end; ++i)
      if (!drop[i]) kept.push_back(std::move(graph.outputs[i]));
    source.outputs = (static_cast<std::uint32_t>(kept.size()) - source.first_output) & Source::k_most_outputs;
  }
  graph.outputs = std::move(kept);
}

std::vector<bool> sets_with_sources(const Graph& graph) {
  std::vector<bool> has_sources(graph.manifest->sets.size());
  for (const Source& source : graph.sources)
    for (const Membership& membership : graph.memberships_of(source)) has_sources[membership.set] = true;
  return has_sources;
}

std::vector<std::uint32_t> empty_sets(const Graph& graph) {
  const std::vector<bool> has_sources = sets_with_sources(graph);
  std::vector<std::uint32_t> empty;
  for (std::uint32_t set = 0; set < has_sources.size(); ++set)
    if (!has_sources[set]) empty.push_back(set);
  return empty;
}

}  // namespace thumbs::graph
