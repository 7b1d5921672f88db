// Staleness, reason by reason in the contract's order, and the search for twins.
#include "plan/plan.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "cache/recipe_text.h"
#include "plan/explain.h"
#include "plan/path_index.h"

namespace thumbs {
namespace {

const SourceRecord* find_source_row(const Records& rows, std::string_view path) {
  const auto found = std::lower_bound(rows.sources.begin(), rows.sources.end(), path,
                                      [](const SourceRecord& row, std::string_view p) { return row.path < p; });
  return found != rows.sources.end() && found->path == path ? &*found : nullptr;
}

// Everything that one decision looks at.
struct Context {
  const Targets& targets;
  const Records& rows;
  const Matching& matching;
  const OutputFacts& facts;
  const PlanOptions& options;

  const Source& source(const Target& target) const { return targets.list.sources[target.source]; }
};

// The reasons that need no look at the output.
Reason reason_before_output(const Context& context, std::uint32_t target_index) {
  if (context.options.force) return Reason::forced;
  const std::uint32_t row_index = context.matching.row_of_target[target_index];
  if (row_index == k_no_row) return Reason::new_output;
  const OutputRecord& row = context.rows.outputs[row_index];
  if (row.failed) return Reason::retry;
  if (!row.made) return Reason::new_output;
  const Target& target = context.targets.outputs[target_index];
  const std::optional<Hash128>& hash = context.source(target).hash;
  if (!hash || *hash != row.source_hash) return Reason::source_changed;
  const Recipe& recipe = context.targets.recipes[target.recipe];
  const RecipeText& made_by = context.rows.recipes[row.recipe];
  if (!means(made_by.settings, recipe.text)) return Reason::recipe_changed;
  if (!means(made_by.stages, recipe.stages)) return Reason::tool_changed;
  return Reason::none;
}

bool same_output_stat(const OutputRecord& row, const FileStat& stat) {
  return stat.stat_data.size == row.size && stat.stat_data.mtime_ns == row.mtime_ns;
}

// Whether it can be told without a look inside that this is not what was made.
bool surely_modified(const OutputRecord& row, const FileStat& stat) {
  return stat.kind != FileKind::regular || (row.stat_known() && stat.stat_data.size != row.size);
}

Reason reason_from_output(const Context& context, std::uint32_t row_index) {
  const OutputRecord& row = context.rows.outputs[row_index];
  const FileStat& stat = context.facts.stats[row_index];
  if (stat.kind == FileKind::missing) return Reason::output_missing;
  if (surely_modified(row, stat)) return Reason::output_modified;
  if (same_output_stat(row, stat) && !context.options.verify) return Reason::none;
  const auto hash = context.facts.hashes.find(row_index);
  return hash != context.facts.hashes.end() && hash->second == row.hash ? Reason::none : Reason::output_modified;
}

Reason decide(const Context& context, std::uint32_t target_index) {
  const Reason reason = reason_before_output(context, target_index);
  if (reason != Reason::none) return reason;
  return reason_from_output(context, context.matching.row_of_target[target_index]);
}

// "Rebuild that output alone" leaves no room for a copy; all else may take its bytes from a twin.
bool may_copy(Reason reason) { return reason != Reason::output_missing && reason != Reason::output_modified; }

// A fresh output whose row says something that is no longer so (its mtime, its source's name), or, coming from a lock,
// not all that there is to say.
void refresh_row(const Context& context, const FreshOutput& fresh, Batch& updates) {
  const OutputRecord& row = context.rows.outputs[fresh.row];
  const Target& target = context.targets.outputs[fresh.target];
  const std::string& source = context.source(target).path;
  const StatData& now = context.facts.stats[fresh.row].stat_data;
  if (row.mtime_ns == now.mtime_ns && row.source == source) return;
  Batch::Output output{row, context.rows.recipes[row.recipe]};
  output.row.size = now.size;
  output.row.mtime_ns = now.mtime_ns;
  output.row.source = source;
  const Recipe& recipe = context.targets.recipes[target.recipe];
  output.recipe.settings = recipe.text;
  output.recipe.stages = recipe.stages;
  updates.outputs.push_back(std::move(output));
}

constexpr std::size_t k_most_twins = 8;  // a thousand copies of one picture need no thousand twins each

// Finds outputs whose bytes another output can take over.
class Twins {
 public:
  Twins(const Context& context, const std::vector<bool>& stale_rows,
        const std::vector<std::pair<std::uint32_t, Job>>& stale)
      : context_(context) {
    for (const auto& [source, job] : stale) {
      const std::optional<Hash128>& hash = context.targets.list.sources[source].hash;
      if (hash && may_copy(job.reason)) wanted_[*hash];
    }
    if (wanted_.empty() || context.options.force) return;
    for (std::uint32_t i = 0; i < context.rows.outputs.size(); ++i) {
      const OutputRecord& row = context.rows.outputs[i];
      if (!row.made || row.failed || stale_rows[i]) continue;
      const auto found = wanted_.find(row.source_hash);
      if (found != wanted_.end()) found->second.push_back(i);
    }
  }

  /// Former outputs made from the same bytes by the same recipe, the first by path first. Several, for nobody has
  /// looked at their bytes yet, and one that is gone or was tampered with must not cost a decode.
  std::vector<Twin> from_cache(const Target& target) const {
    std::vector<Twin> twins;
    const std::optional<Hash128>& hash = context_.source(target).hash;
    const auto found = hash ? wanted_.find(*hash) : wanted_.end();
    if (found == wanted_.end()) return twins;
    const Recipe& recipe = context_.targets.recipes[target.recipe];
    for (const std::uint32_t i : found->second) {
      const OutputRecord& row = context_.rows.outputs[i];
      const RecipeText& made_by = context_.rows.recipes[row.recipe];
      if (row.path != target.output && means(made_by.settings, recipe.text) && means(made_by.stages, recipe.stages))
        twins.push_back({row.path, row.hash, row.width, row.height});
      if (twins.size() == k_most_twins) break;
    }
    return twins;
  }

  /// The output of this run that has the same bytes and recipe, if one comes before; else this one leads.
  std::optional<std::uint32_t> leader_for(std::uint32_t target_index) {
    const Target& target = context_.targets.outputs[target_index];
    const std::optional<Hash128>& hash = context_.source(target).hash;
    if (!hash) return std::nullopt;
    const auto [leader, first] = leaders_.try_emplace({*hash, target.recipe}, target_index);
    if (first || context_.targets.outputs[leader->second].source == target.source) return std::nullopt;
    return leader->second;
  }

 private:
  const Context& context_;
  std::unordered_map<Hash128, std::vector<std::uint32_t>> wanted_;
  std::map<std::pair<Hash128, std::uint32_t>, std::uint32_t> leaders_;
};

void add_job(std::vector<Task>& tasks, std::uint32_t source, Job job) {
  if (tasks.empty() || tasks.back().source != source) tasks.push_back({source, {}});
  tasks.back().jobs.push_back(std::move(job));
}

// How many files and rows have a size: pictures that share none have no twin. A source's own row is no company, unless
// thumbnails of the source stand under names that no rule gives them now. Where a lock gave rows, nobody knows the
// sizes of their sources, and any picture may be one of them.
class SizeCensus {
 public:
  SizeCensus(const Targets& targets, const Records& rows, const Matching& matching)
      : incomplete_(std::any_of(rows.outputs.begin(), rows.outputs.end(),
                                [](const OutputRecord& row) { return !row.stat_known(); })) {
    for (const Source& source : targets.list.sources) ++count_[source.stat_data.size];
    for (const SourceRecord& row : rows.sources) ++count_[row.stat_data.size];
    for (const std::uint32_t row : matching.unclaimed)
      if (rows.outputs[row].made) left_behind_.insert(rows.outputs[row].source);
  }

  bool has_company(const Source& source, const SourceRecord* own_row) const {
    const auto found = count_.find(source.stat_data.size);
    const bool own = own_row != nullptr && own_row->stat_data.size == source.stat_data.size;
    const std::size_t nobody = own && !left_behind_.contains(source.path) ? 2 : 1;
    return incomplete_ || (found != count_.end() && found->second > nobody);
  }

 private:
  bool incomplete_;
  std::unordered_map<std::uint64_t, std::size_t> count_;
  std::unordered_set<std::string_view> left_behind_;
};

bool may_be_fresh(const Targets& targets, const Records& rows, const Matching& matching, const std::uint32_t first,
                  const std::uint32_t last) {
  for (std::uint32_t t = first; t < last; ++t) {
    const std::uint32_t row = targets.outputs[t].output.empty() ? k_no_row : matching.row_of_target[t];
    if (row != k_no_row && rows.outputs[row].made && !rows.outputs[row].failed) return true;
  }
  return false;
}

}  // namespace

Matching match_rows(const Targets& targets, const Records& rows) {
  Matching matching;
  const auto text = [&rows](std::uint32_t i) -> std::string_view { return rows.outputs[i].path; };
  PathIndex index(rows.outputs.size(), text);
  for (std::uint32_t i = 0; i < rows.outputs.size(); ++i) index.add(i);
  std::vector<bool> claimed(rows.outputs.size());
  matching.row_of_target.reserve(targets.outputs.size());
  for (const Target& target : targets.outputs) {
    const std::uint32_t row = target.output.empty() ? k_no_row : index.find(target.output).value_or(k_no_row);
    if (row != k_no_row) claimed[row] = true;
    matching.row_of_target.push_back(row);
  }
  for (std::uint32_t i = 0; i < claimed.size(); ++i)
    if (!claimed[i]) matching.unclaimed.push_back(i);
  return matching;
}

std::vector<std::uint32_t> sources_in_doubt(const Targets& targets, const Records& rows, const Matching& matching,
                                            const std::vector<bool>& selected, const PlanOptions& options) {
  std::vector<std::uint32_t> doubtful;
  std::optional<SizeCensus> census;  // only when somebody asks: not in a run with nothing to do
  auto unknown = targets.unknown.begin();
  std::uint32_t first = 0;
  for (std::uint32_t i = 0; i < targets.list.sources.size(); ++i) {
    const Source& source = targets.list.sources[i];
    const std::uint32_t begin = first;
    while (first < targets.outputs.size() && targets.outputs[first].source == i) ++first;
    while (unknown != targets.unknown.end() && *unknown < i) ++unknown;
    const bool decides_path = unknown != targets.unknown.end() && *unknown == i;
    if (source.hash || (!selected[i] && !decides_path)) continue;
    const SourceRecord* row = find_source_row(rows, source.path);
    if (!census) census.emplace(targets, rows, matching);
    const bool size_says_changed = row != nullptr && row->stat_data.size != source.stat_data.size;
    if (options.verify || decides_path || census->has_company(source, row) ||
        (!options.force && !size_says_changed && may_be_fresh(targets, rows, matching, begin, first)))
      doubtful.push_back(i);
  }
  return doubtful;
}

bool trusted_stat_data(const StatData& stat_data, std::int64_t statted_at_ns, StatMode mode) {
  const std::int64_t latest =
      mode == StatMode::minimal ? stat_data.mtime_ns : std::max(stat_data.mtime_ns, stat_data.ctime_ns);
  // Turned around so that no time, however far back, overflows.
  return latest <= statted_at_ns - k_racy_window_ns;
}

SourceRecord source_record(const std::string& path, const Content& content, std::string format) {
  return {.path = path,
          .stat_data = content.stat_data,
          .trusted = trusted_stat_data(content.stat_data, content.statted_at_ns, StatMode::full),
          .hash = content.hash,
          .format = std::move(format),
          .trusted_mtime = trusted_stat_data(content.stat_data, content.statted_at_ns, StatMode::minimal)};
}

std::vector<std::uint32_t> outputs_in_doubt(const Targets& targets, const Records& rows, const Matching& matching,
                                            const std::vector<bool>& selected, const OutputFacts& facts,
                                            const PlanOptions& options) {
  const Context context{targets, rows, matching, facts, options};
  std::vector<std::uint32_t> doubtful;
  for (std::uint32_t t = 0; t < targets.outputs.size(); ++t) {
    if (!selected[targets.outputs[t].source] || reason_before_output(context, t) != Reason::none) continue;
    const std::uint32_t row_index = matching.row_of_target[t];
    const FileStat& stat = facts.stats[row_index];
    if (surely_modified(rows.outputs[row_index], stat)) continue;
    if (options.verify || !same_output_stat(rows.outputs[row_index], stat)) doubtful.push_back(row_index);
  }
  return doubtful;
}

Plan make_plan(const Targets& targets, const Records& rows, const Matching& matching, const std::vector<bool>& selected,
               const OutputFacts& facts, const std::vector<SourceRecord>& contents, const PlanOptions& options) {
  const Context context{targets, rows, matching, facts, options};
  Plan plan;
  std::vector<std::pair<std::uint32_t, Job>> stale;
  std::vector<bool> stale_rows(rows.outputs.size());
  for (std::uint32_t t = 0; t < targets.outputs.size(); ++t) {
    const Target& target = targets.outputs[t];
    if (!selected[target.source]) continue;
    const std::uint32_t row = matching.row_of_target[t];
    const Reason reason = decide(context, t);
    if (reason == Reason::none) {
      plan.fresh.push_back({t, row});
      refresh_row(context, plan.fresh.back(), plan.updates);
      continue;
    }
    if (row != k_no_row) stale_rows[row] = true;
    stale.emplace_back(target.source, Job{t, row, reason, explain_stale(targets, rows, t, row, reason, facts), {}, 0});
  }

  Twins twins(context, stale_rows, stale);
  for (auto& [source, job] : stale) {
    if (may_copy(job.reason)) job.twins = twins.from_cache(targets.outputs[job.target]);
    const std::optional<std::uint32_t> leader = twins.leader_for(job.target);
    if (leader && may_copy(job.reason)) {
      job.leader = *leader;
      add_job(plan.followers, source, std::move(job));
    } else {
      add_job(plan.tasks, source, std::move(job));
    }
  }

  for (const SourceRecord& row : contents) {
    const SourceRecord* known = find_source_row(rows, row.path);
    if (known == nullptr || *known != row) plan.updates.sources.push_back(row);
  }
  return plan;
}

}  // namespace thumbs
