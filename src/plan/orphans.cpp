// Tells orphans from rows that can be forgotten.
#include "plan/orphans.h"

#include <algorithm>
#include <unordered_set>

namespace thumbs {
namespace {

bool is_source(const Targets& targets, std::string_view path) {
  const auto& sources = targets.list.sources;
  const auto found = std::lower_bound(sources.begin(), sources.end(), path,
                                      [](const Source& source, std::string_view p) { return source.path < p; });
  return found != sources.end() && found->path == path;
}

}  // namespace

bool is_at_or_below(std::string_view path, std::string_view folder) {
  if (folder.empty()) return path != ".." && !path.starts_with("../") && !path.starts_with("/");
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

Orphans find_orphans(const Targets& targets, const Rows& rows, const Matching& matching,
                     const std::vector<bool>& considered, const std::vector<FileStat>& stats) {
  Orphans orphans;
  for (const std::uint32_t i : matching.unclaimed) {
    if (!considered[i]) continue;
    const OutputRow& row = rows.outputs[i];
    const bool ours = row.made && stats[i].kind != FileKind::missing && !is_source(targets, row.path);
    (ours ? orphans.rows : orphans.forget).push_back(i);
  }
  return orphans;
}

std::vector<std::uint32_t> emptied_sets(const Manifest& manifest, const Targets& targets, const Rows& rows,
                                        const std::vector<std::uint32_t>& orphans) {
  std::vector<bool> has_sources(manifest.sets.size());
  for (const Source& source : targets.list.sources)
    for (std::uint32_t m = 0; m < source.memberships; ++m)
      has_sources[targets.list.memberships[source.first_membership + m].set] = true;
  std::vector<std::uint32_t> emptied;
  for (std::uint32_t set = 0; set < manifest.sets.size(); ++set) {
    const auto came_from_here = [&](std::uint32_t row) {
      return is_at_or_below(rows.outputs[row].source, manifest.sets[set].source);
    };
    if (!has_sources[set] && std::any_of(orphans.begin(), orphans.end(), came_from_here)) emptied.push_back(set);
  }
  return emptied;
}

std::vector<std::string> forgettable_sources(const Targets& targets, const Rows& rows,
                                             const std::vector<std::uint32_t>& forgotten_outputs,
                                             const std::vector<std::string>& unlistable) {
  std::vector<std::string_view> gone;
  auto source = targets.list.sources.begin();
  for (const SourceRow& row : rows.sources) {
    while (source != targets.list.sources.end() && source->path < row.path) ++source;
    if (source != targets.list.sources.end() && source->path == row.path) continue;
    const auto hidden = [&](const std::string& folder) { return is_at_or_below(row.path, folder); };
    if (std::none_of(unlistable.begin(), unlistable.end(), hidden)) gone.push_back(row.path);
  }
  if (gone.empty()) return {};
  std::vector<bool> forgotten(rows.outputs.size());
  for (const std::uint32_t i : forgotten_outputs) forgotten[i] = true;
  std::unordered_set<std::string_view> needed;
  for (std::size_t i = 0; i < rows.outputs.size(); ++i)
    if (!forgotten[i]) needed.insert(rows.outputs[i].source);
  std::vector<std::string> names;
  for (const std::string_view path : gone)
    if (!needed.contains(path)) names.emplace_back(path);
  return names;
}

}  // namespace thumbs
