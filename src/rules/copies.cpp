// Groups by content hash, then compares recipes.
#include "rules/copies.h"

#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cache/recipe_text.h"

namespace thumbs::rules {
namespace {

constexpr std::size_t k_most_copies = 8;  // a thousand copies of one picture need no thousand offers each

// "Rebuild that output alone" leaves no room for a copy.
bool may_copy(const graph::Output& output) {
  return output.source->content != nullptr && output.stale->reason != Reason::output_missing &&
         output.stale->reason != Reason::output_modified;
}

class RecordedCopies {
 public:
  explicit RecordedCopies(graph::Graph& graph) : graph_(graph) {
    std::vector<bool> stale(graph.records.outputs.size());
    for (const graph::Output& output : graph.outputs) {
      if (output.stale == nullptr) continue;
      if (output.record != nullptr) stale[index_of(*output.record)] = true;
      if (may_copy(output)) by_content_[output.source->content->hash];
    }
    if (by_content_.empty()) return;
    for (const cache::OutputRecord& record : graph.records.outputs) {
      if (!record.made || record.failed || stale[index_of(record)]) continue;
      const auto found = by_content_.find(record.source_hash);
      if (found != by_content_.end()) found->second.push_back(&record);
    }
  }

  /// Several, for nobody has looked at their bytes yet: one that is gone or was modified must not cost a decode.
  std::vector<graph::Copy> of(const graph::Output& output) const {
    std::vector<graph::Copy> copies;
    const auto found = by_content_.find(output.source->content->hash);
    if (found == by_content_.end()) return copies;
    for (const cache::OutputRecord* const record : found->second) {
      const cache::RecipeText& made_by = graph_.recorded_recipe(*record);
      if (record->path != output.path && cache::means(made_by.settings, output.recipe->text) &&
          cache::means(made_by.stages, output.recipe->stages))
        copies.push_back({record->path, record->hash, record->width, record->height});
      if (copies.size() == k_most_copies) break;
    }
    return copies;
  }

 private:
  std::size_t index_of(const cache::OutputRecord& record) const {
    return static_cast<std::size_t>(&record - graph_.records.outputs.data());
  }

  const graph::Graph& graph_;
  std::unordered_map<Hash128, std::vector<const cache::OutputRecord*>> by_content_;
};

}  // namespace

void find_copies(graph::Graph& graph, bool force) {
  std::optional<RecordedCopies> recorded;
  if (!force) recorded.emplace(graph);
  std::map<std::pair<Hash128, const manifest::Recipe*>, graph::Output*> leaders;
  for (graph::Output& output : graph.outputs) {
    if (output.stale == nullptr || output.source->content == nullptr) continue;
    const auto [leader, first] = leaders.try_emplace({output.source->content->hash, output.recipe}, &output);
    if (!may_copy(output)) continue;
    if (recorded) output.stale->copies = recorded->of(output);
    if (!first && leader->second->source != output.source) output.stale->leader = leader->second;
  }
}

}  // namespace thumbs::rules
