// The table of contents: what a run does, step by step, on one graph (graph/graph.h).
#include <algorithm>
#include <chrono>
#include <functional>
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
#include "engine/index_file.h"
#include "engine/items.h"
#include "engine/own_size.h"
#include "engine/pictures.h"
#include "engine/record_keeper.h"
#include "engine/refuse.h"
#include "engine/remove.h"
#include "engine/scan_sources.h"
#include "engine/select_paths.h"
#include "engine/shard_keeper.h"
#include "engine/stats.h"
#include "engine/store_use.h"
#include "engine/unrecorded.h"
#include "engine/unused_patterns.h"
#include "engine/warnings.h"
#include "engine/watermarks.h"
#include "manifest/side_files.h"
#include "parallel/parallel.h"
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
    case Command::gallery: return "gallery";
  }
  return "build";
}

// Reads everything that a decision needs, and writes nothing.
graph::Graph decide(const engine::RunContext& run, cache::Cache& cache, image::Marks& marks,
                    const std::function<void(const graph::Graph&)>& decided) {
  graph::Graph graph(run.manifest);
  rules::Selection selection = engine::selection_of(run);
  engine::load_and_scan(run, cache, graph);
  engine::drop_thumbnails(run, graph);
  engine::find_marks(run, graph);
  rules::reuse_recorded_contents(graph, run.staleness);
  rules::apply_rules(graph);
  if (run.part == nullptr) engine::warn_of_unused_overrides(graph);
  engine::refuse_conflicts(run, graph);
  engine::select_paths(run, graph, selection);
  engine::hash_sources(run, graph);
  if (rules::name_outputs(graph)) {
    engine::refuse_conflicts(run, graph);
    engine::select_paths(run, graph, selection);
  }
  if (engine::leave_out_repeated_sizes(run, cache, graph)) engine::select_paths(run, graph, selection);
  engine::find_unrecorded(run, graph, selection);
  if (run.part == nullptr) {
    engine::require_matches(run, graph, selection);
    engine::warn_of_chained_sets(graph);
  }
  engine::stat_outputs(run, graph);
  engine::leave_foreign_lines(run, graph);
  engine::decide_staleness(run, graph);
  rules::find_orphans(graph);
  engine::refuse_unwritable_places(run, graph);
  if (decided) decided(graph);
  marks = engine::open_marks(run, graph);
  engine::read_index(run, cache, graph);
  engine::read_shards(run, cache, graph);
  return graph;
}

std::uint64_t count_stale(const graph::Graph& graph) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(graph.outputs, [](const graph::Output& output) { return output.stale != nullptr; }));
}

std::uint64_t count_selected(const graph::Graph& graph) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(graph.outputs, [](const graph::Output& output) { return output.selected(); }));
}

bool has_work(const graph::Graph& graph) {
  return count_stale(graph) != 0 || !graph.updates.empty() || !graph.lockfile_is_current || graph.owner_is_new ||
         !graph.shards_are_current || (graph.index && !graph.index->is_current);
}

// The folders in which this or a former run writes.
std::vector<std::string> output_folders(const graph::Graph& graph) {
  std::unordered_set<std::string_view> folders;
  std::string_view last = "\n";
  const auto add = [&](std::string_view path) {
    const std::string_view folder = parent_of(path);
    if (folder != last) folders.insert(folder);
    last = folder;
  };
  for (const std::vector<graph::Output>* outputs : {&graph.outputs, &graph.leftovers})
    for (const graph::Output& output : *outputs) add(output.path);
  const std::vector<std::string> side_files = manifest::side_files(*graph.manifest);
  for (const std::string& file : side_files) add(file);
  return {folders.begin(), folders.end()};
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

bool has_failures(const Report& report) {
  return !report.errors.empty() ||
         std::ranges::any_of(report.items, [](const Item& item) { return item.status == Status::failed; });
}

void report_orphans(graph::Graph& graph, Report& report) {
  for (const graph::Output* const output : rules::orphans_left(graph))
    report.items.push_back(engine::orphan_item(*output, Status::orphan));
}

// Removes the files of these outputs and reports those that are gone. The removal lasts before `committer` lets their
// records be forgotten.
void remove(const engine::RunContext& run, cache::Cache& cache, const graph::Graph& graph,
            const std::vector<graph::Output*>& outputs, engine::Committer& committer, Report& report) {
  engine::Removal removal = engine::remove_outputs(run, graph, outputs, cache.made_folders());
  for (const graph::Output* const output : outputs) {
    if (!output->removed) continue;
    committer.removed(std::string(output->path));
    report.items.push_back(engine::orphan_item(*output, Status::pruned));
  }
  cache::Batch gone;
  gone.gone_folders = std::move(removal.folders);
  committer.remember(std::move(gone));
  append(report.warnings, removal.warnings);
  append(report.errors, removal.errors);
}

// Records that mean nothing any more: their files are gone, or were never ours.
cache::Batch forgotten_records(const engine::RunContext& run, const graph::Graph& graph) {
  cache::Batch batch;
  for (const std::vector<graph::Output>* outputs : {&graph.outputs, &graph.leftovers})
    for (const graph::Output& output : *outputs)
      if (output.untracked || output.removed) batch.forget_outputs.emplace_back(output.path);
  if (!engine::narrows(run.options) && run.options.command != Command::clean)
    batch.forget_sources = rules::forgettable_sources(graph);
  return batch;
}

// Removes orphans, unless a set lost all its sources; then says why not.
void prune_after_build(const engine::RunContext& run, cache::Cache& cache, graph::Graph& graph,
                       engine::Committer& committer, Report& report) {
  const std::vector<std::uint32_t> emptied =
      run.options.force ? std::vector<std::uint32_t>{} : rules::emptied_sets(graph);
  if (emptied.empty()) return remove(run, cache, graph, rules::orphans_left(graph), committer, report);
  report.errors.push_back(engine::emptied_message(run.manifest, emptied));
}

// Temporary files that a killed run left. Jobs are borrowed for thumbnails alone.
void sweep(const engine::RunContext& run, const graph::Graph& graph) {
  const auto now = [&] { disk::sweep_temporaries(run.disk, output_folders(graph)); };
  run.options.jobserver ? parallel::with_threads(1, now) : now();
}

void build(const engine::RunContext& run, cache::Cache& cache, graph::Graph& graph, int jobs,
           const engine::CacheHold& hold, const image::Marks& marks, Report& report) {
  sweep(run, graph);
  engine::RecordKeeper records(run, cache, graph);
  engine::Committer& committer = records.committer();
  committer.remember(std::move(graph.updates));
  if (!hold.records_only) engine::begin_shard(run, graph, committer);
  if (hold.made_folders) committer.made(hold.made_folders());
  const auto start = std::chrono::steady_clock::now();
  engine::StoreUse store(run, graph, jobs, hold.store);
  if (!hold.records_only) {
    run.observer.building(count_stale(graph));
    engine::execute(run, graph, jobs, committer, marks, store, report);
  }
  engine::report_stale(graph, report);
  if (run.options.prune && run.part == nullptr && !has_failures(report) && !run.stopped())
    prune_after_build(run, cache, graph, committer, report);
  engine::flush_last(run, committer);
  if (report.stats) engine::fill_in_stats(run.tally.times, jobs, engine::seconds_since(start), *report.stats);
  engine::write_index(run, graph, jobs, committer, report);
  report_orphans(graph, report);
  committer.remember(forgotten_records(run, graph));
  if (!hold.records_only) engine::end_shard(run, graph, committer);
  records.close(report);
  store.close(report);
}

void prune(const engine::RunContext& run, cache::Cache& cache, graph::Graph& graph, Report& report) {
  const std::vector<std::uint32_t> emptied = rules::emptied_sets(graph);
  if (!emptied.empty() && !run.options.force)
    throw Error(ErrorCode::usage, engine::emptied_message(run.manifest, emptied));
  engine::report_stale(graph, report);
  cache::Batch gone;
  if (run.options.unrecorded != OnUnrecorded::ignore)
    gone.gone_folders = engine::settle_unrecorded(run, graph, cache.made_folders(), report);
  if (run.options.dry_run) return report_orphans(graph, report);
  engine::RecordKeeper records(run, cache, graph);
  engine::Committer& committer = records.committer();
  committer.remember(std::move(gone));
  remove(run, cache, graph, rules::orphans_left(graph), committer, report);
  engine::trim_index(run, graph, report);
  report_orphans(graph, report);
  committer.remember(forgotten_records(run, graph));
  records.close(report);
}

void clean(const engine::RunContext& run, cache::Cache& cache, graph::Graph& graph, Report& report) {
  for (graph::Output& leftover : graph.leftovers)
    leftover.untracked = false;  // what clean does not remove keeps its record
  const std::vector<graph::Output*> owned = rules::owned_outputs(graph);
  if (run.options.dry_run) {
    for (graph::Output* const output : owned) {
      output->removed = true;
      report.items.push_back(engine::orphan_item(*output, Status::orphan));
    }
    return engine::report_stale(graph, report);
  }
  sweep(run, graph);
  engine::RecordKeeper records(run, cache, graph);
  if (!engine::narrows(run.options)) engine::remove_index(run, graph, report);
  remove(run, cache, graph, owned, records.committer(), report);
  if (engine::narrows(run.options)) engine::trim_index(run, graph, report);
  report_orphans(graph, report);
  engine::report_stale(graph, report);
  records.committer().remember(forgotten_records(run, graph));
  records.close(report);
}

}  // namespace

Report engine::run_on(disk::Disk& disk, cache::Cache& cache, const Manifest& manifest, const Options& options, int jobs,
                      Observer& observer, const engine::CacheHold& hold) {
  const auto start = std::chrono::steady_clock::now();
  pipeline::Tally tally;
  const engine::RunContext run{disk,
                               manifest,
                               options,
                               observer,
                               tally,
                               {.force = options.force, .verify = options.verify, .stat = manifest.stat},
                               hold.before_commit,
                               hold.committed,
                               hold.part};
  Report report;
  report.command = command_name(options.command);
  report.manifest = manifest.file;
  report.jobs = jobs;
  if (options.shard) report.shard = std::to_string(options.shard->index) + "/" + std::to_string(options.shard->count);

  graph::Graph graph(manifest);
  image::Marks marks;
  try {
    // Before it is known that there is work, no jobs are borrowed for it.
    const auto decided = [&] { graph = decide(run, cache, marks, hold.decided); };
    const auto decide_now = [&] { options.jobserver ? parallel::with_threads(1, decided) : decided(); };
    decide_now();
    if (engine::writes(options) && has_work(graph) && hold.before_writing && hold.before_writing()) decide_now();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::interrupted) throw;
    report.interrupted = true;
    return report;
  }
  report.warnings = graph.warnings;
  report.errors = graph.errors;
  if (run.part == nullptr) report.sets_without_source = engine::sets_without_source(graph);
  if (options.command != Command::prune && options.command != Command::clean)
    engine::warn_of_unrecorded(run, graph, engine::writes(options), report);
  report.summary.outputs = count_selected(graph);
  if (manifest.store) report.summary.store.emplace();

  if (options.stats) report.stats.emplace().decide_seconds = engine::seconds_since(start);
  if (options.command == Command::prune) {
    prune(run, cache, graph, report);
  } else if (options.command == Command::clean) {
    clean(run, cache, graph, report);
  } else if (engine::writes(options) && !run.stopped()) {
    build(run, cache, graph, jobs, hold, marks, report);
  } else {
    engine::report_stale(graph, report);
    engine::report_index(graph, report);
    report_orphans(graph, report);
  }
  if (options.report_fresh || options.command == Command::gallery)
    for (const graph::Output& output : graph.outputs)
      if (rules::is_fresh(output) && !output.removed) report.items.push_back(engine::fresh_item(graph, output));

  if (options.command == Command::gallery) engine::add_gallery_details(run, cache, graph, report);
  engine::summarise(run, graph, report);
  report.summary.seconds = engine::seconds_since(start);
  report.interrupted = run.stopped();
  return report;
}

}  // namespace thumbs
