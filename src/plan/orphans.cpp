// Tells orphans from rows that can be forgotten.
#include "plan/orphans.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "manifest/glob.h"
#include "path/path.h"

namespace thumbs {
namespace {

bool is_source(const Targets& targets, std::string_view path) {
  const auto& sources = targets.list.sources;
  const auto found = std::lower_bound(sources.begin(), sources.end(), path,
                                      [](const Source& source, std::string_view p) { return source.path < p; });
  return found != sources.end() && found->path == path;
}

// Which sets a source that is gone may have belonged to; rows do not say, for a set's name is no part of a thumbnail.
class Ancestry {
 public:
  explicit Ancestry(const Manifest& manifest) : manifest_(manifest) {
    for (const Set& set : manifest.sets) {
      std::vector<Glob>& globs = include_.emplace_back();
      for (const std::string& pattern : set.include) globs.emplace_back(pattern);
    }
  }

  /// Where some set's patterns take the source it belonged to those. Where none do the rules have changed: then to any
  /// whose folder it lay in.
  bool may_have_had(std::uint32_t set, std::string_view source) const {
    if (!is_at_or_below(source, manifest_.sets[set].source)) return false;
    if (takes(set, source)) return true;
    for (std::uint32_t other = 0; other < manifest_.sets.size(); ++other)
      if (takes(other, source)) return false;
    return true;
  }

 private:
  bool takes(std::uint32_t set, std::string_view source) const {
    const std::string& root = manifest_.sets[set].source;
    if (!is_at_or_below(source, root) || source.size() <= root.size()) return false;
    const std::string_view below = source.substr(root.empty() ? 0 : root.size() + 1);
    return std::any_of(include_[set].begin(), include_[set].end(),
                       [below](const Glob& glob) { return glob.matches(below); });
  }

  const Manifest& manifest_;
  std::vector<std::vector<Glob>> include_;
};

// Keeps sources from removal, whatever name leads to one: a link may stand where the output's folder was.
class SourceFiles {
 public:
  explicit SourceFiles(const Targets& targets) : targets_(targets) {
    for (const Source& source : targets.list.sources) by_inode_.emplace(source.stat_data.inode, &source.stat_data);
  }

  /// Whether a former build made what stands there, and it is no source now.
  bool is_ours(const OutputRecord& row, const FileStat& stat) const {
    if (!row.made || stat.kind == FileKind::missing || is_source(targets_, row.path)) return false;
    const auto [first, last] = by_inode_.equal_range(stat.stat_data.inode);
    return std::none_of(first, last, [&](const auto& entry) { return *entry.second == stat.stat_data; });
  }

 private:
  const Targets& targets_;
  std::unordered_multimap<std::uint64_t, const StatData*> by_inode_;
};

}  // namespace

Orphans find_orphans(const Targets& targets, const Records& rows, const Matching& matching,
                     const std::vector<bool>& considered, const std::vector<FileStat>& stats) {
  Orphans orphans;
  if (matching.unclaimed.empty()) return orphans;
  const SourceFiles sources(targets);
  for (const std::uint32_t i : matching.unclaimed) {
    if (!considered[i]) continue;
    (sources.is_ours(rows.outputs[i], stats[i]) ? orphans.rows : orphans.forget).push_back(i);
  }
  return orphans;
}

std::vector<std::uint32_t> owned_rows(const Targets& targets, const Records& rows, const std::vector<bool>& considered,
                                      const std::vector<FileStat>& stats) {
  const SourceFiles sources(targets);
  std::vector<std::uint32_t> owned;
  for (std::uint32_t i = 0; i < rows.outputs.size(); ++i)
    if (considered[i] && sources.is_ours(rows.outputs[i], stats[i])) owned.push_back(i);
  return owned;
}

std::vector<bool> sets_with_sources(const Manifest& manifest, const SourceList& list) {
  std::vector<bool> has_sources(manifest.sets.size());
  for (const Source& source : list.sources)
    for (std::uint32_t m = 0; m < source.memberships; ++m)
      has_sources[list.memberships[source.first_membership + m].set] = true;
  return has_sources;
}

std::vector<std::uint32_t> empty_sets(const Manifest& manifest, const Targets& targets) {
  const std::vector<bool> has_sources = sets_with_sources(manifest, targets.list);
  std::vector<std::uint32_t> empty;
  for (std::uint32_t set = 0; set < manifest.sets.size(); ++set)
    if (!has_sources[set]) empty.push_back(set);
  return empty;
}

std::vector<std::uint32_t> emptied_sets(const Manifest& manifest, const Targets& targets, const Records& rows,
                                        const std::vector<std::uint32_t>& orphans) {
  std::vector<std::uint32_t> empty = empty_sets(manifest, targets);
  if (empty.empty()) return empty;
  const Ancestry ancestry(manifest);
  std::erase_if(empty, [&](std::uint32_t set) {
    return std::none_of(orphans.begin(), orphans.end(),
                        [&](std::uint32_t row) { return ancestry.may_have_had(set, rows.outputs[row].source); });
  });
  return empty;
}

std::vector<std::string> forgettable_sources(const Targets& targets, const Records& rows,
                                             const std::vector<std::uint32_t>& forgotten_outputs,
                                             const std::vector<std::string>& unlistable) {
  std::vector<std::string_view> gone;
  auto source = targets.list.sources.begin();
  for (const SourceRecord& row : rows.sources) {
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
