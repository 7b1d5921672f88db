// Protects by set, and by the path of each output.
#include "rules/originals.h"

#include <algorithm>
#include <string_view>

#include "path/path.h"

namespace thumbs::rules {
namespace {

bool is_among_sources(const Manifest& manifest, std::string_view path) {
  return std::ranges::any_of(manifest.sets, [&](const Set& set) { return is_at_or_below(path, set.source); });
}

}  // namespace

void protect_originals(graph::Graph& graph) {
  std::vector<bool> beside_originals;  // by set
  for (const Set& set : graph.manifest->sets) beside_originals.push_back(is_among_sources(*graph.manifest, set.output));
  for (const graph::Alias& alias : graph.aliases) beside_originals[alias.set] = true;
  for (graph::Output& output : graph.outputs)
    if (output.stale != nullptr && is_unrecorded(output))
      output.stale->keep_existing =
          beside_originals[output.rule->set] || is_among_sources(*graph.manifest, output.path);
}

}  // namespace thumbs::rules
