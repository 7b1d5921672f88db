// explain and prune take outputs for PATHs too; the other commands take sources alone.
#include "engine/select_paths.h"

#include <string>
#include <vector>

#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

bool selects_outputs(const RunContext& run) {
  return run.options.command == Command::explain || run.options.command == Command::prune;
}

}  // namespace

void select_paths(const RunContext& run, graph::Graph& graph, rules::Selection& selection) {
  rules::select(graph, selection, selects_outputs(run));
}

void require_matches(const RunContext& run, const graph::Graph& graph, rules::Selection& selection) {
  for (const std::string& folder : graph.unlistable) selection.excuse(folder);
  const std::vector<std::string> unused = selection.unused();
  if (unused.empty()) return;
  std::string names;
  for (const std::string& name : unused) names += (names.empty() ? "\"" : ", \"") + name + "\"";
  throw Error(ErrorCode::usage,
              names + (selects_outputs(run) ? " matches no source, output or orphan of " : " matches no source of ") +
                  run.manifest.file);
}

}  // namespace thumbs::engine
