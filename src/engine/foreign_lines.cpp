// A lockfile has no room for the name of its manifest, so each line must speak for itself.
#include "engine/foreign_lines.h"

#include <algorithm>

#include "engine/neighbours.h"
#include "path/path.h"
#include "thumbs/error.h"
#include "thumbs/text.h"

namespace thumbs::engine {
namespace {

bool stands(const disk::DiskReader& disk, const std::string& path) {
  try {
    return disk.stat(path, true).kind != disk::FileKind::missing;
  } catch (const Error&) {
    return true;
  }
}

bool may_be_foreign(const RunContext& run, const cache::OutputRecord& record) {
  const std::vector<Set>& sets = run.manifest.sets;
  const auto reads = [&](const Set& set) { return is_at_or_below(record.source, set.source); };
  const auto writes = [&](const Set& set) { return is_at_or_below(record.path, set.output); };
  if (std::any_of(sets.begin(), sets.end(), reads)) return false;
  return std::none_of(sets.begin(), sets.end(), writes) || stands(run.disk, std::string(record.source));
}

// "" where no manifest beside this one names its lockfile.
std::string manifest_that_shares_lockfile(const RunContext& run) {
  for (const Manifest& other : manifests_beside(run.disk, run.manifest))
    if (other.lock == run.manifest.lock) return other.path;
  return {};
}

}  // namespace

void leave_foreign_lines(const RunContext& run, graph::Graph& graph) {
  std::vector<graph::Output*> lines;
  for (graph::Output& output : graph.leftovers)
    if (output.record_selected && !output.record->stat_known()) lines.push_back(&output);
  if (lines.empty()) return;
  const std::string sharer = manifest_that_shares_lockfile(run);
  for (graph::Output* const line : lines)
    if (!sharer.empty() || may_be_foreign(run, *line->record)) line->record_selected = false;
  if (!sharer.empty())
    graph.warnings.push_back(
        *run.manifest.lock + ": lock: shared with " + in_quotes(sharer) +
        ": keeping the lines that no rule of this manifest makes; give each manifest its own \"lock\"");
}

}  // namespace thumbs::engine
