// explain and prune take outputs for PATHs too; the other commands take sources alone.
#include "engine/select_paths.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

bool selects_outputs(const RunContext& run) {
  return run.options.command == Command::explain || run.options.command == Command::prune;
}

}  // namespace

rules::Selection selection_of(const RunContext& run) {
  const Options& options = run.options;
  const Shard shard = options.shard.value_or(Shard{});
  return {options.paths,
          options.paths_base,
          run.manifest.folder,
          {options.path_places, options.only_paths, options.sets, options.variants, shard.index, shard.count}};
}

void select_paths(const RunContext& run, graph::Graph& graph, rules::Selection& selection) {
  rules::select(graph, selection, selects_outputs(run));
}

void require_matches(const RunContext& run, const graph::Graph& graph, rules::Selection& selection) {
  if (const std::string fault = selection.names().fault(run.manifest); !fault.empty())
    throw Error(ErrorCode::usage, fault);
  for (const std::string& folder : graph.unlistable) selection.excuse(folder);
  const std::vector<std::string> unused = selection.unused_texts();
  if (unused.empty()) return;
  constexpr std::size_t k_most_names = 10;  // of a long list that is wrong as a whole
  std::string names;
  for (std::size_t i = 0; i < std::min(unused.size(), k_most_names); ++i) names += (i == 0 ? "" : ", ") + unused[i];
  if (unused.size() > k_most_names) names += " and " + std::to_string(unused.size() - k_most_names) + " more";
  const std::string verb = selects_outputs(run) ? " matches no source, output or orphan of " : " matches no source of ";
  throw Error(ErrorCode::usage, names + verb + run.manifest.file);
}

}  // namespace thumbs::engine
