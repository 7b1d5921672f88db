// The table of contents: what a run does, in the order in which the data flows.
//
//   manifest → scan → cache → plan → read → decode → resize → encode → commit → report
#include "thumbs/build.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "cache/cache.h"
#include "commit/committer.h"
#include "disk/atomic_file.h"
#include "engine/books.h"
#include "engine/engine.h"
#include "engine/execute.h"
#include "engine/foreign_lines.h"
#include "engine/places.h"
#include "engine/prune.h"
#include "engine/remarks.h"
#include "engine/remember.h"
#include "engine/results.h"
#include "engine/survey.h"
#include "engine/unrecorded.h"
#include "engine/unused_patterns.h"
#include "path/path.h"
#include "plan/originals.h"

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

// Everything that is known once nothing is left to ask the disk.
struct Decision {
  Survey facts;
  Plan plan;
  Orphans orphans;
};

bool has_work(const Decision& decision) {
  const Plan& plan = decision.plan;
  return !plan.tasks.empty() || !plan.followers.empty() || !plan.updates.empty() || !decision.facts.lock_is_current ||
         decision.facts.ownership.must_record;
}

std::uint64_t count_outputs(const Plan& plan) {
  std::uint64_t count = plan.fresh.size();
  for (const std::vector<Task>* tasks : {&plan.tasks, &plan.followers})
    for (const Task& task : *tasks) count += task.jobs.size();
  return count;
}

// Records that may be orphans: selected, their source not hidden by a folder that could not be listed, and their path
// not one that is merely unknown now.
std::vector<bool> rows_to_consider(const Survey& facts) {
  std::unordered_set<std::string_view> unknown;
  for (const std::uint32_t i : facts.targets.unknown) unknown.insert(facts.targets.list.sources[i].path);
  std::vector<bool> consider = facts.selected_rows;
  for (const std::uint32_t i : facts.matching.unclaimed) {
    const OutputRecord& row = facts.rows.outputs[i];
    for (const std::string& folder : facts.unlistable)
      if (is_at_or_below(row.source, folder)) consider[i] = false;
    if (unknown.contains(row.source)) consider[i] = false;
  }
  return consider;
}

Decision decide(const RunContext& context, Cache& cache) {
  Decision decision;
  Survey& facts = decision.facts;
  facts = survey(context, [&] { return remember(context.disk, context.manifest, cache); });
  leave_foreign_lines(context, facts);
  decision.plan = make_plan(facts.targets, facts.rows, facts.matching, facts.selected, facts.facts, facts.contents,
                            context.plan_options);
  if (!context.options.overwrite)
    protect_originals(context.manifest, facts.targets, facts.rows, facts.aliases, decision.plan);
  decision.orphans =
      find_orphans(facts.targets, facts.rows, facts.matching, rows_to_consider(facts), facts.facts.stats);
  check_output_places(context, facts, decision.plan);
  return decision;
}

void report_fresh(const RunContext& context, const Decision& decision, Report& report) {
  if (!context.options.report_fresh) return;
  for (const FreshOutput& fresh : decision.plan.fresh)
    report.items.push_back(fresh_item(context, decision.facts, fresh));
}

void report_stale(const RunContext& context, const Decision& decision, Report& report) {
  for (const std::vector<Task>* tasks : {&decision.plan.tasks, &decision.plan.followers})
    for (const Task& task : *tasks)
      for (const Job& job : task.jobs) report.items.push_back(stale_item(context, decision.facts, job));
}

void report_orphans(const Survey& facts, const std::vector<std::uint32_t>& rows, Status status, Report& report) {
  for (const std::uint32_t row : rows) report.items.push_back(orphan_item(facts, row, status));
}

// The folders in which this or a former run writes.
std::vector<std::string> output_folders(const Manifest& manifest, const Survey& facts) {
  std::unordered_set<std::string_view> folders;
  std::string_view last = "\n";
  const auto add = [&](std::string_view path) {
    const std::string_view folder = parent_of(path);
    if (folder != last) folders.insert(folder);
    last = folder;
  };
  for (const Target& target : facts.targets.outputs) add(target.output);
  for (const std::uint32_t row : facts.matching.unclaimed) add(facts.rows.outputs[row].path);
  if (manifest.lock) add(*manifest.lock);
  return {folders.begin(), folders.end()};
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

void forget(const Survey& facts, const std::vector<std::uint32_t>& rows, Batch& batch) {
  for (const std::uint32_t row : rows) batch.forget_outputs.push_back(facts.rows.outputs[row].path);
}

// Removes the files of these rows; the removal lasts before `committer` lets their rows be forgotten.
Removal remove_rows(const RunContext& context, Cache& cache, const Survey& facts,
                    const std::vector<std::uint32_t>& rows, Committer& committer) {
  Removal removal = remove_outputs(context, facts, rows, cache.made_folders());
  for (const std::uint32_t row : removal.removed) committer.removed(facts.rows.outputs[row].path);
  Batch gone;
  gone.gone_folders = removal.folders;
  committer.remember(std::move(gone));
  return removal;
}

// The orphans that are orphans still: neither removed nor let go.
std::vector<std::uint32_t> orphans_left(const Decision& decision, const Removal& removal) {
  std::unordered_set<std::uint32_t> done(removal.removed.begin(), removal.removed.end());
  done.insert(removal.kept.begin(), removal.kept.end());
  std::vector<std::uint32_t> left = decision.orphans.rows;
  std::erase_if(left, [&](std::uint32_t row) { return done.contains(row); });
  return left;
}

// Takes outputs that are gone now out of the plan: they are neither fresh nor stale, but pruned.
void drop_removed(const std::vector<std::uint32_t>& removed, Plan& plan) {
  const std::unordered_set<std::uint32_t> gone(removed.begin(), removed.end());
  const auto is_gone = [&](const auto& output) { return gone.contains(output.row); };
  std::erase_if(plan.fresh, is_gone);
  for (std::vector<Task>* tasks : {&plan.tasks, &plan.followers})
    for (Task& task : *tasks) std::erase_if(task.jobs, is_gone);
}

// Removes orphans and gives the rows that can be forgotten.
std::vector<std::uint32_t> prune_orphans(const RunContext& context, Cache& cache, const Decision& decision,
                                         Committer& committer, Report& report) {
  const Survey& facts = decision.facts;
  const Removal removal = remove_rows(context, cache, facts, decision.orphans.rows, committer);
  report_orphans(facts, removal.removed, Status::pruned, report);
  report_orphans(facts, orphans_left(decision, removal), Status::orphan, report);
  append(report.warnings, removal.warnings);
  append(report.errors, removal.errors);
  std::vector<std::uint32_t> forgotten = removal.removed;
  forgotten.insert(forgotten.end(), removal.kept.begin(), removal.kept.end());
  return forgotten;
}

// Records that no longer mean anything: their files are gone, or were never ours.
Batch leftovers(const RunContext& context, const Decision& decision, std::vector<std::uint32_t> forgotten) {
  Batch batch;
  forgotten.insert(forgotten.end(), decision.orphans.forget.begin(), decision.orphans.forget.end());
  forget(decision.facts, forgotten, batch);
  if (context.options.paths.empty())
    batch.forget_sources =
        forgettable_sources(decision.facts.targets, decision.facts.rows, forgotten, decision.facts.unlistable);
  return batch;
}

void report_all_orphans(const Decision& decision, Report& report) {
  report_orphans(decision.facts, decision.orphans.rows, Status::orphan, report);
}

bool has_failures(const Report& report) {
  return std::any_of(report.items.begin(), report.items.end(),
                     [](const Item& item) { return item.status == Status::failed; });
}

void build(const RunContext& context, Cache& cache, Decision& decision, int jobs, const CacheHold& hold,
           Report& report) {
  sweep_temporaries(context.disk, output_folders(context.manifest, decision.facts));
  Books books(context, cache, decision.facts);
  Committer& committer = books.committer();
  committer.remember(std::move(decision.plan.updates));
  if (hold.made_folders) committer.made(hold.made_folders());

  context.observer.building(count_outputs(decision.plan) - decision.plan.fresh.size());
  Execution done = execute(context, decision.facts, decision.plan, jobs, committer);
  report.items = std::move(done.items);
  append(report.warnings, done.warnings);

  std::vector<std::uint32_t> forgotten;
  const bool clean_so_far = !has_failures(report) && report.errors.empty() && !context.stopped();
  const std::vector<std::uint32_t> emptied =
      context.options.force
          ? std::vector<std::uint32_t>{}
          : emptied_sets(context.manifest, decision.facts.targets, decision.facts.rows, decision.orphans.rows);
  if (context.options.prune && clean_so_far && emptied.empty()) {
    forgotten = prune_orphans(context, cache, decision, committer, report);
  } else {
    report_all_orphans(decision, report);
    if (context.options.prune && clean_so_far) report.errors.push_back(emptied_message(context.manifest, emptied));
  }
  committer.remember(leftovers(context, decision, std::move(forgotten)));
  books.close(report);
}

void prune(const RunContext& context, Cache& cache, Decision& decision, Report& report) {
  const std::vector<std::uint32_t> emptied =
      emptied_sets(context.manifest, decision.facts.targets, decision.facts.rows, decision.orphans.rows);
  if (!emptied.empty() && !context.options.force)
    throw Error(ErrorCode::usage, emptied_message(context.manifest, emptied));
  report_stale(context, decision, report);
  Batch gone;
  if (context.options.unrecorded != OnUnrecorded::ignore)
    gone.gone_folders = settle_unrecorded(context, decision.facts, cache.made_folders(), report);
  if (context.options.dry_run) return report_all_orphans(decision, report);
  Books books(context, cache, decision.facts);
  Committer& committer = books.committer();
  committer.remember(std::move(gone));
  committer.remember(leftovers(context, decision, prune_orphans(context, cache, decision, committer, report)));
  books.close(report);
}

void clean(const RunContext& context, Cache& cache, Decision& decision, Report& report) {
  const Survey& facts = decision.facts;
  const std::vector<std::uint32_t> owned =
      owned_rows(facts.targets, facts.rows, facts.selected_rows, facts.facts.stats);
  if (context.options.dry_run) {
    drop_removed(owned, decision.plan);
    report_orphans(facts, owned, Status::orphan, report);
    return report_stale(context, decision, report);
  }
  sweep_temporaries(context.disk, output_folders(context.manifest, facts));
  Books books(context, cache, facts);
  Committer& committer = books.committer();
  const Removal removal = remove_rows(context, cache, facts, owned, committer);
  report_orphans(facts, removal.removed, Status::pruned, report);
  report_orphans(facts, orphans_left(decision, removal), Status::orphan, report);
  drop_removed(removal.removed, decision.plan);
  report_stale(context, decision, report);
  append(report.warnings, removal.warnings);
  append(report.errors, removal.errors);
  Batch batch;
  forget(facts, removal.removed, batch);
  forget(facts, removal.kept, batch);
  committer.remember(std::move(batch));
  books.close(report);
}

}  // namespace

Report run_on(Disk& disk, Cache& cache, const Manifest& manifest, const Options& options, int jobs, Observer& observer,
              const CacheHold& hold) {
  const auto start = std::chrono::steady_clock::now();
  Tally tally;
  const RunContext context{disk,
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

  Decision decision;
  try {
    decision = decide(context, cache);
    if (writes(options) && has_work(decision) && hold.before_writing && hold.before_writing())
      decision = decide(context, cache);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::interrupted) throw;
    report.interrupted = true;
    return report;
  }
  report.warnings = decision.facts.warnings;
  report.errors = decision.facts.errors;
  report.sets_without_source = sets_without_source(manifest, decision.facts);
  if (options.command != Command::prune && options.command != Command::clean)
    warn_of_unrecorded(context, decision.facts, decision.plan, writes(options), report);
  report.summary.outputs = count_outputs(decision.plan);

  if (options.command == Command::prune) {
    prune(context, cache, decision, report);
  } else if (options.command == Command::clean) {
    clean(context, cache, decision, report);
  } else if (writes(options) && !context.stopped()) {
    build(context, cache, decision, jobs, hold, report);
  } else {
    report_stale(context, decision, report);
    report_all_orphans(decision, report);
  }
  report_fresh(context, decision, report);

  summarise(context, decision.facts, decision.plan.fresh.size(), report);
  report.summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  report.interrupted = context.stopped();
  return report;
}

}  // namespace thumbs
