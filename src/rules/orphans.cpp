// Tells orphans from records that mean nothing any more.
#include "rules/orphans.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "manifest/glob.h"
#include "path/path.h"

namespace thumbs::rules {
namespace {

// Which sets a source that is gone may have belonged to; rows do not say, for a set's name is no part of a thumbnail.
class Ancestry {
 public:
  explicit Ancestry(const Manifest& manifest) : manifest_(manifest) {
    for (const Set& set : manifest.sets) {
      std::vector<manifest::Glob>& globs = include_.emplace_back();
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
                       [below](const manifest::Glob& glob) { return glob.matches(below); });
  }

  const Manifest& manifest_;
  std::vector<std::vector<manifest::Glob>> include_;
};

// Keeps sources from removal, whatever name leads to one: a link may stand where the output's folder was.
class SourceFiles {
 public:
  explicit SourceFiles(const graph::Graph& graph) : graph_(graph) {
    for (const graph::Source& source : graph.sources) by_inode_.emplace(source.stat_data.inode, &source.stat_data);
  }

  /// Whether a former build made what stands there, and it is no source now.
  bool is_ours(const graph::Output& output) const {
    if (!output.record->made || output.kind == disk::FileKind::missing ||
        graph::find_source(graph_, output.path) != nullptr)
      return false;
    const auto [first, last] = by_inode_.equal_range(output.stat_data.inode);
    return std::none_of(first, last, [&](const auto& entry) { return *entry.second == output.stat_data; });
  }

 private:
  const graph::Graph& graph_;
  std::unordered_multimap<std::uint64_t, const disk::StatData*> by_inode_;
};

bool is_below_any(std::string_view path, const std::vector<std::string>& folders) {
  return std::ranges::any_of(folders, [&](const std::string& folder) { return is_at_or_below(path, folder); });
}

}  // namespace

void find_orphans(graph::Graph& graph) {
  if (graph.leftovers.empty()) return;
  std::unordered_set<std::string_view> unnamed;  // sources whose outputs are not named yet
  for (const graph::Output& output : graph.outputs)
    if (output.path.empty()) unnamed.insert(output.source->path);
  const SourceFiles sources(graph);
  for (graph::Output& output : graph.leftovers) {
    const TextRef source = output.record->source;
    if (!output.record_selected || unnamed.contains(source) || is_below_any(source, graph.unlistable)) continue;
    output.orphan = sources.is_ours(output);
    output.untracked = !output.orphan;
  }
}

std::vector<graph::Output*> owned_outputs(graph::Graph& graph) {
  const SourceFiles sources(graph);
  std::vector<graph::Output*> owned;
  for (std::vector<graph::Output>* outputs : {&graph.outputs, &graph.leftovers})
    for (graph::Output& output : *outputs)
      if (output.record != nullptr && output.record_selected && sources.is_ours(output)) owned.push_back(&output);
  std::ranges::sort(owned, {}, [](const graph::Output* output) { return output->path; });
  return owned;
}

std::vector<graph::Output*> orphans_left(graph::Graph& graph) {
  std::vector<graph::Output*> left;
  for (graph::Output& output : graph.leftovers)
    if (output.orphan && !output.removed && !output.untracked) left.push_back(&output);
  return left;
}

std::vector<std::uint32_t> emptied_sets(graph::Graph& graph) {
  std::vector<std::uint32_t> empty = graph::empty_sets(graph);
  if (empty.empty()) return empty;
  const Ancestry ancestry(*graph.manifest);
  std::erase_if(empty, [&](std::uint32_t set) {
    return std::ranges::none_of(graph.leftovers, [&](const graph::Output& output) {
      return output.orphan && ancestry.may_have_had(set, output.record->source);
    });
  });
  return empty;
}

std::vector<std::string> forgettable_sources(const graph::Graph& graph) {
  std::vector<std::string_view> gone;
  auto source = graph.sources.begin();
  for (const cache::SourceRecord& record : graph.records.sources) {
    int order = 1;
    while (source != graph.sources.end() && (order = source->path.compare(record.path)) < 0) ++source;
    if (order == 0) continue;
    if (graph.marks.contains(record.path)) continue;
    if (!is_below_any(record.path, graph.unlistable)) gone.push_back(record.path);
  }
  if (gone.empty()) return {};
  std::unordered_set<std::string_view> needed;
  for (const graph::Output& output : graph.outputs)
    if (output.record != nullptr) needed.insert(output.record->source);
  for (const graph::Output& output : graph.leftovers)
    if (!output.untracked && !output.removed) needed.insert(output.record->source);
  std::vector<std::string> names;
  for (const std::string_view path : gone)
    if (!needed.contains(path)) names.emplace_back(path);
  return names;
}

}  // namespace thumbs::rules
