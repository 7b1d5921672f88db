// The table of contents: what a run does, step by step, on one graph (graph/graph.h).
#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "disk/atomic_file.h"
#include "engine/engine.h"
#include "engine/evidence.h"
#include "engine/execute.h"
#include "engine/foreign_lines.h"
#include "engine/items.h"
#include "engine/record_keeper.h"
#include "engine/refuse.h"
#include "engine/remove.h"
#include "engine/scan_sources.h"
#include "engine/select_paths.h"
#include "engine/unrecorded.h"
#include "engine/unused_patterns.h"
#include "engine/warnings.h"
#include "path/path.h"
#include "rules/apply_rules.h"
#include "rules/orphans.h"

namespace thumbs {
namespace {

std::string_view command_name(Command command) {
  switch (command) {
    case Command::build: return "build";
    case Command::check: return "check";
    case Command::status: return "status";
    case Command::explain: return "explain";
    case Command::prune: return "prune";
    case Command::clean: return "clean";
  }
  return "build";
}

// Reads everything that a decision needs, and writes nothing.
Graph decide(const RunContext& run, Cache& cache) {
  Graph graph(run.manifest);
  Selection selection(run.options.paths, run.options.paths_base, run.manifest.folder);
  load_and_scan(run, cache, graph);
  drop_thumbnails(run, graph);
  reuse_recorded_contents(graph, run.staleness);
  apply_rules(graph);
  refuse_conflicts(run, graph);
  select_paths(run, graph, selection);
  hash_sources(run, graph);
  if (name_outputs(graph)) {
    refuse_conflicts(run, graph);
    select_paths(run, graph, selection);
  }
  find_unrecorded(run, graph, selection);
  require_matches(run, graph, selection);
  warn_of_chained_sets(graph);
  stat_outputs(run, graph);
  leave_foreign_lines(run, graph);
  decide_staleness(run, graph);
  find_orphans(graph);
  refuse_unwritable_places(run, graph);
  return graph;
}

std::uint64_t count_stale(const Graph& graph) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(graph.outputs, [](const Output& output) { return output.stale != nullptr; }));
}

std::uint64_t count_selected(const Graph& graph) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(graph.outputs, [](const Output& output) { return output.source->selected; }));
}

bool has_work(const Graph& graph) {
  return count_stale(graph) != 0 || !graph.updates.empty() || !graph.lockfile_is_current || graph.owner_is_new;
}

// The folders in which this or a former run writes.
std::vector<std::string> output_folders(const Graph& graph) {
  std::unordered_set<std::string_view> folders;
  std::string_view last = "\n";
  const auto add = [&](std::string_view path) {
    const std::string_view folder = parent_of(path);
    if (folder != last) folders.insert(folder);
    last = folder;
  };
  for (const std::vector<Output>* outputs : {&graph.outputs, &graph.leftovers})
    for (const Output& output : *outputs) add(output.path);
  if (graph.manifest->lock) add(*graph.manifest->lock);
  return {folders.begin(), folders.end()};
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

bool has_failures(const Report& report) {
  return !report.errors.empty() ||
         std::ranges::any_of(report.items, [](const Item& item) { return item.status == Status::failed; });
}

void report_orphans(Graph& graph, Report& report) {
  for (const Output* const output : orphans_left(graph)) report.items.push_back(orphan_item(*output, Status::orphan));
}

// Removes the files of these outputs and reports those that are gone. The removal lasts before `committer` lets their
// records be forgotten.
void remove(const RunContext& run, Cache& cache, const Graph& graph, const std::vector<Output*>& outputs,
            Committer& committer, Report& report) {
  Removal removal = remove_outputs(run, graph, outputs, cache.made_folders());
  for (const Output* const output : outputs) {
    if (!output->removed) continue;
    committer.removed(std::string(output->path));
    report.items.push_back(orphan_item(*output, Status::pruned));
  }
  Batch gone;
  gone.gone_folders = std::move(removal.folders);
  committer.remember(std::move(gone));
  append(report.warnings, removal.warnings);
  append(report.errors, removal.errors);
}

// Records that mean nothing any more: their files are gone, or were never ours.
Batch forgotten_records(const RunContext& run, const Graph& graph) {
  Batch batch;
  for (const std::vector<Output>* outputs : {&graph.outputs, &graph.leftovers})
    for (const Output& output : *outputs)
      if (output.untracked || output.removed) batch.forget_outputs.emplace_back(output.path);
  if (run.options.paths.empty() && run.options.command != Command::clean)
    batch.forget_sources = forgettable_sources(graph);
  return batch;
}

// Removes orphans, unless a set lost all its sources; then says why not.
void prune_after_build(const RunContext& run, Cache& cache, Graph& graph, Committer& committer, Report& report) {
  const std::vector<std::uint32_t> emptied = run.options.force ? std::vector<std::uint32_t>{} : emptied_sets(graph);
  if (emptied.empty()) return remove(run, cache, graph, orphans_left(graph), committer, report);
  report.errors.push_back(emptied_message(run.manifest, emptied));
}

void build(const RunContext& run, Cache& cache, Graph& graph, int jobs, const CacheHold& hold, Report& report) {
  sweep_temporaries(run.disk, output_folders(graph));
  RecordKeeper records(run, cache, graph);
  Committer& committer = records.committer();
  committer.remember(std::move(graph.updates));
  if (hold.made_folders) committer.made(hold.made_folders());
  run.observer.building(count_stale(graph));
  execute(run, graph, jobs, committer, report);
  report_stale(graph, report);
  if (run.options.prune && !has_failures(report) && !run.stopped())
    prune_after_build(run, cache, graph, committer, report);
  report_orphans(graph, report);
  committer.remember(forgotten_records(run, graph));
  records.close(report);
}

void prune(const RunContext& run, Cache& cache, Graph& graph, Report& report) {
  const std::vector<std::uint32_t> emptied = emptied_sets(graph);
  if (!emptied.empty() && !run.options.force) throw Error(ErrorCode::usage, emptied_message(run.manifest, emptied));
  report_stale(graph, report);
  Batch gone;
  if (run.options.unrecorded != OnUnrecorded::ignore)
    gone.gone_folders = settle_unrecorded(run, graph, cache.made_folders(), report);
  if (run.options.dry_run) return report_orphans(graph, report);
  RecordKeeper records(run, cache, graph);
  Committer& committer = records.committer();
  committer.remember(std::move(gone));
  remove(run, cache, graph, orphans_left(graph), committer, report);
  report_orphans(graph, report);
  committer.remember(forgotten_records(run, graph));
  records.close(report);
}

void clean(const RunContext& run, Cache& cache, Graph& graph, Report& report) {
  for (Output& leftover : graph.leftovers) leftover.untracked = false;  // what clean does not remove keeps its record
  const std::vector<Output*> owned = owned_outputs(graph);
  if (run.options.dry_run) {
    for (Output* const output : owned) {
      output->removed = true;
      report.items.push_back(orphan_item(*output, Status::orphan));
    }
    return report_stale(graph, report);
  }
  sweep_temporaries(run.disk, output_folders(graph));
  RecordKeeper records(run, cache, graph);
  remove(run, cache, graph, owned, records.committer(), report);
  report_orphans(graph, report);
  report_stale(graph, report);
  records.committer().remember(forgotten_records(run, graph));
  records.close(report);
}

}  // namespace

Report run_on(Disk& disk, Cache& cache, const Manifest& manifest, const Options& options, int jobs, Observer& observer,
              const CacheHold& hold) {
  const auto start = std::chrono::steady_clock::now();
  Tally tally;
  const RunContext run{disk,
                       manifest,
                       options,
                       observer,
                       tally,
                       {.force = options.force, .verify = options.verify, .stat = manifest.stat},
                       hold.before_commit};
  Report report;
  report.command = command_name(options.command);
  report.manifest = manifest.file;
  report.jobs = jobs;

  Graph graph(manifest);
  try {
    graph = decide(run, cache);
    if (writes(options) && has_work(graph) && hold.before_writing && hold.before_writing()) graph = decide(run, cache);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::interrupted) throw;
    report.interrupted = true;
    return report;
  }
  report.warnings = graph.warnings;
  report.errors = graph.errors;
  report.sets_without_source = sets_without_source(graph);
  if (options.command != Command::prune && options.command != Command::clean)
    warn_of_unrecorded(run, graph, writes(options), report);
  report.summary.outputs = count_selected(graph);

  if (options.command == Command::prune) {
    prune(run, cache, graph, report);
  } else if (options.command == Command::clean) {
    clean(run, cache, graph, report);
  } else if (writes(options) && !run.stopped()) {
    build(run, cache, graph, jobs, hold, report);
  } else {
    report_stale(graph, report);
    report_orphans(graph, report);
  }
  if (options.report_fresh)
    for (const Output& output : graph.outputs)
      if (is_fresh(output) && !output.removed) report.items.push_back(fresh_item(graph, output));

  summarise(run, graph, report);
  report.summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  report.interrupted = run.stopped();
  return report;
}

}  // namespace thumbs
