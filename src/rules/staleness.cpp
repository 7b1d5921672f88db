// Staleness, reason by reason, in the order in which they are reported; the evidence is noted with the decision.
#include "rules/staleness.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "cache/recipe_text.h"
#include "rules/apply_rules.h"
#include "rules/changes.h"

namespace thumbs::rules {
namespace {

std::unique_ptr<graph::Stale> stale(Reason reason, std::vector<Change> changes) {
  auto verdict = std::make_unique<graph::Stale>();
  verdict->reason = reason;
  verdict->changes = std::move(changes);
  return verdict;
}

// The reasons that need no look at the output's file; null where none applies.
std::unique_ptr<graph::Stale> stale_before_file(const graph::Graph& graph, const graph::Output& output,
                                                const StalenessOptions& options) {
  if (options.force) return stale(Reason::forced, {{"--force was given", "", ""}});
  const cache::OutputRecord* const record = output.record;
  if (record == nullptr) return stale(Reason::new_output, {{"no earlier build made it", "", ""}});
  if (record->failed) return stale(Reason::retry, {{"the last attempt failed", "", ""}});
  if (!record->made) return stale(Reason::new_output, {{"no earlier build made it", "", ""}});
  const cache::SourceRecord* const content = output.source->content;
  if (content == nullptr || content->hash != record->source_hash)
    return stale(Reason::source_changed, content_changes(*output.source, *record));
  const cache::RecipeText& made_by = graph.recorded_recipe(*record);
  if (!cache::means(made_by.settings, output.recipe->text))
    return stale(Reason::recipe_changed, recipe_changes(made_by.settings, output.recipe->text));
  if (!cache::means(made_by.stages, output.recipe->stages))
    return stale(Reason::tool_changed, recipe_changes(made_by.stages, output.recipe->stages));
  return nullptr;
}

enum class FileVerdict { same, missing, modified, needs_hash };

FileVerdict compare_file(const graph::Output& output, const StalenessOptions& options) {
  const cache::OutputRecord& record = *output.record;
  if (output.kind == disk::FileKind::missing) return FileVerdict::missing;
  if (output.kind != disk::FileKind::regular || (record.stat_known() && output.stat_data.size != record.size))
    return FileVerdict::modified;
  const bool same = output.stat_data.size == record.size && output.stat_data.mtime_ns == record.mtime_ns;
  return same && !options.verify ? FileVerdict::same : FileVerdict::needs_hash;
}

// A fresh output whose record says something that is no longer so (its mtime, its source's name), or, coming from a
// lockfile, not all that there is to say.
void refresh_record(graph::Graph& graph, const graph::Output& output) {
  const cache::OutputRecord& record = *output.record;
  const disk::StatData& now = output.stat_data;
  if (record.mtime_ns == now.mtime_ns && record.source == output.source->path) return;
  cache::Batch::Output update{record, graph.recorded_recipe(record)};
  update.row.size = now.size;
  update.row.mtime_ns = now.mtime_ns;
  update.row.source = output.source->path;
  update.recipe.settings = output.recipe->text;
  update.recipe.stages = output.recipe->stages;
  graph.updates.outputs.push_back(std::move(update));
}

// How many files and records have a size: pictures that share none have no copy. A source's own record does not count,
// unless thumbnails of the source stand under names that no rule gives them now. A lockfile does not tell the sizes of
// its sources: then any picture may be one of them.
class SizeCensus {
 public:
  explicit SizeCensus(const graph::Graph& graph)
      : incomplete_(std::ranges::any_of(graph.records.outputs,
                                        [](const cache::OutputRecord& record) { return !record.stat_known(); })) {
    for (const graph::Source& source : graph.sources) ++count_[source.stat_data.size];
    for (const cache::SourceRecord& record : graph.records.sources) ++count_[record.stat_data.size];
    for (const graph::Output& leftover : graph.leftovers)
      if (leftover.record->made) left_behind_.insert(leftover.record->source);
  }

  bool shares_size(const graph::Source& source) const {
    const auto found = count_.find(source.stat_data.size);
    const bool own = source.record != nullptr && source.record->stat_data.size == source.stat_data.size;
    const std::size_t alone = own && !left_behind_.contains(source.path) ? 2 : 1;
    return incomplete_ || (found != count_.end() && found->second > alone);
  }

 private:
  bool incomplete_;
  std::unordered_map<std::uint64_t, std::size_t> count_;
  std::unordered_set<std::string_view> left_behind_;
};

bool may_be_fresh(const graph::Output& output) {
  return output.selected() && output.record != nullptr && output.record->made && !output.record->failed;
}

}  // namespace

bool same_stat_data(const disk::StatData& a, const disk::StatData& b, StatMode mode) {
  if (mode == StatMode::minimal) return a.size == b.size && a.mtime_ns == b.mtime_ns;
  return a == b;
}

bool trusted_stat_data(const disk::StatData& stat_data, std::int64_t statted_at_ns, StatMode mode) {
  const std::int64_t latest =
      mode == StatMode::minimal ? stat_data.mtime_ns : std::max(stat_data.mtime_ns, stat_data.ctime_ns);
  // Turned around so that no time, however far back, overflows.
  return latest <= statted_at_ns - k_racy_window_ns;
}

cache::SourceRecord source_record(TextRef path, const disk::Content& content, TextRef format) {
  return {.path = path,
          .stat_data = content.stat_data,
          .hash = content.hash,
          .format = format,
          .trusted = trusted_stat_data(content.stat_data, content.statted_at_ns, StatMode::full),
          .trusted_mtime = trusted_stat_data(content.stat_data, content.statted_at_ns, StatMode::minimal)};
}

void reuse_recorded_contents(graph::Graph& graph, const StalenessOptions& options) {
  if (options.verify) return;
  for (graph::Source& source : graph.sources) {
    if (source.record == nullptr) continue;
    const cache::SourceRecord& record = *source.record;
    const bool trusted = record.trusted || (options.stat == StatMode::minimal && record.trusted_mtime);
    if (!trusted || !same_stat_data(record.stat_data, source.stat_data, options.stat)) continue;
    source.content = source.record;
  }
}

std::vector<graph::Source*> sources_in_doubt(graph::Graph& graph, const StalenessOptions& options) {
  std::vector<graph::Source*> doubtful;
  std::optional<SizeCensus> census;  // only when somebody asks: not in a run with nothing to do
  for (graph::Source& source : graph.sources) {
    if (source.content != nullptr) continue;
    const bool decides_path = waits_for_content(graph, source);
    if (!source.selected && !decides_path) continue;
    if (!census) census.emplace(graph);
    const bool size_changed = source.record != nullptr && source.record->stat_data.size != source.stat_data.size;
    if (options.verify || decides_path || census->shares_size(source) ||
        (!options.force && !size_changed && std::ranges::any_of(graph.outputs_of(source), may_be_fresh)))
      doubtful.push_back(&source);
  }
  return doubtful;
}

std::vector<graph::Output*> decide(graph::Graph& graph, const StalenessOptions& options) {
  std::vector<graph::Output*> doubtful;
  for (graph::Output& output : graph.outputs) {
    if (!output.selected()) continue;
    output.stale = stale_before_file(graph, output, options);
    if (output.stale) continue;
    switch (compare_file(output, options)) {
      case FileVerdict::same: refresh_record(graph, output); break;
      case FileVerdict::needs_hash: doubtful.push_back(&output); break;
      case FileVerdict::missing: output.stale = stale(Reason::output_missing, file_changes(output)); break;
      case FileVerdict::modified: output.stale = stale(Reason::output_modified, file_changes(output)); break;
    }
  }
  return doubtful;
}

void decide_by_hash(graph::Graph& graph, graph::Output& output, const std::optional<Hash128>& file_hash) {
  if (file_hash == output.record->hash) return refresh_record(graph, output);
  output.stale = stale(Reason::output_modified, file_changes(output));
}

std::vector<Change> evidence_of_freshness(const graph::Output& output) {
  const auto file_text = [](const disk::StatData& file) {
    return std::to_string(file.size) + " bytes, modified " + time_text(file.mtime_ns);
  };
  return {{"content unchanged", "", output.record->source_hash.hex()},
          {"source", "", file_text(output.source->stat_data)},
          {"recipe unchanged", "", output.recipe->text},
          {"output", "", file_text(output.stat_data)}};
}

}  // namespace thumbs::rules
