// Runs the pipeline twice, leaders first, and settles what comes out: on stable storage, then in its place, then a
// record and an item.
#include "engine/execute.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "disk/replaced_files.h"
#include "engine/items.h"
#include "engine/memory.h"
#include "engine/own_folder.h"
#include "engine/settler.h"
#include "image/codec/codec.h"
#include "image/colour/icc.h"
#include "machine/cores.h"
#include "pipeline/pipeline.h"
#include "support/stage_time.h"

namespace thumbs::engine {
namespace {

cache::RecipeText recipe_text(const manifest::Recipe& recipe) {
  return {recipe.text, recipe.stages, image::encoder_library(recipe.settings.format) + "; " + image::colour_library()};
}

// The sources with stale outputs: those that lead, or those that wait for a leader.
std::vector<pipeline::Task> tasks_of(graph::Graph& graph, bool wait_for_leader) {
  const auto known = [&](const graph::Source& source) {
    return source.content != nullptr ? graph::find_picture(graph, source.content->hash) : nullptr;
  };
  std::vector<pipeline::Task> tasks;
  for (graph::Output& output : graph.outputs) {
    if (output.stale == nullptr || (output.stale->leader != nullptr) != wait_for_leader) continue;
    if (tasks.empty() || tasks.back().source != output.source) {
      const cache::PictureRecord* const picture = known(*output.source);
      tasks.push_back({output.source, {}, graph.index && !(picture != nullptr && picture->look), picture});
    }
    tasks.back().outputs.push_back(&output);
  }
  return tasks;
}

// A leader that was made is one more copy for those that waited for it.
void offer_leaders(graph::Graph& graph) {
  for (graph::Output& output : graph.outputs) {
    const graph::Output* const leader = output.stale != nullptr ? output.stale->leader : nullptr;
    if (leader == nullptr || leader->stale->result == nullptr) continue;
    const graph::Result& made = *leader->stale->result;
    if (!made.of_other_content && (made.status == Status::built || made.status == Status::copied))
      output.stale->copies.push_back(
          {leader->path, made.hash, static_cast<std::uint32_t>(made.width), static_cast<std::uint32_t>(made.height)});
  }
}

// What is settled: records, items, progress.
class Sink {
 public:
  Sink(const RunContext& run, graph::Graph& graph, Committer& committer, Report& report)
      : run_(run), graph_(graph), committer_(committer), report_(report) {}

  void take(const pipeline::Work& work) {
    if (work.content) remember_source(*work.source, *work.content);
    for (const std::string& text : work.warnings) {
      warnings_.push_back(std::string(work.source->path) + ": " + text);
      run_.observer.warning(warnings_.back());
    }
    for (const pipeline::Made& made : work.made) {
      const graph::Output& output = *made.output;
      const cache::SourceRecord* const planned = work.source->content;
      made.result().of_other_content = planned != nullptr && work.content && work.content->hash != planned->hash;
      if (output.stale->result->status == Status::stale) continue;  // given up: the run is to stop
      if (output.stale->result->status == Status::failed) {
        remember_failure(output, work);
      } else {
        remember_output(output, work);
      }
      report_.items.push_back(stale_item(graph_, output));
      run_.observer.finished(report_.items.back());
    }
    if (work.content && work.picture) remember_picture(work);
  }

  void close() {
    std::ranges::sort(warnings_);
    report_.warnings.insert(report_.warnings.end(), warnings_.begin(), warnings_.end());
  }

 private:
  void remember_source(const graph::Source& source, const disk::Content& content) {
    cache::SourceRecord record = rules::source_record(source.path, content, pipeline::format_key(content.head));
    if (source.record == nullptr || *source.record != record) committer_.remember(record);
  }

  // Not where nothing was made from it: a run that only fails again writes nothing.
  void remember_picture(const pipeline::Work& work) {
    const auto is_built = [](const pipeline::Made& made) { return made.result().status == Status::built; };
    const bool any_built = std::ranges::any_of(work.made, is_built);
    if (!any_built && !work.picture->look) return;
    cache::PictureRecord picture = *work.picture;
    picture.hash = work.content->hash;
    committer_.remember(picture);
    if (!graph_.index) return;
    graph_.index->seen.push_back(picture);
    if (any_built) graph_.index->made_from[work.source] = picture.hash;
  }

  cache::OutputRecord new_record(const graph::Output& output) const {
    cache::OutputRecord record;
    record.path = output.path;
    record.source = output.source->path;
    record.name = &output.rule->name;
    return record;
  }

  void remember_output(const graph::Output& output, const pipeline::Work& work) {
    const graph::Result& result = *output.stale->result;
    cache::OutputRecord record = new_record(output);
    // A copy was made for the content that was planned with, whatever a later read of the source found.
    record.source_hash =
        result.status == Status::copied || !work.content ? output.source->content->hash : work.content->hash;
    record.size = result.bytes;
    record.mtime_ns = result.stat_data.mtime_ns;
    record.hash = result.hash;
    record.width = static_cast<std::uint32_t>(result.width);
    record.height = static_cast<std::uint32_t>(result.height);
    record.made = true;
    committer_.remember(record, recipe_text(*output.recipe), true);
  }

  // The old output stays, and so does what is recorded of it; only "the last attempt failed" is new, and why.
  void remember_failure(const graph::Output& output, const pipeline::Work& work) {
    if (output.path.empty()) return;
    const std::optional<ItemError>& error = output.stale->result->error;
    committer_.remember(cache::FailureRecord{std::string(output.path), error ? error->message : ""});
    cache::OutputRecord record;
    cache::RecipeText recipe;
    if (output.record != nullptr) {
      if (output.record->failed) return;
      record = *output.record;
      recipe = graph_.recorded_recipe(record);
    } else {
      record = new_record(output);
      recipe = recipe_text(*output.recipe);
      if (work.content) {
        record.source_hash = work.content->hash;
      } else if (output.source->content != nullptr) {
        record.source_hash = output.source->content->hash;
      }
    }
    record.failed = true;
    committer_.remember(record, std::move(recipe), false);
  }

  const RunContext& run_;
  graph::Graph& graph_;
  Committer& committer_;
  Report& report_;
  std::vector<std::string> warnings_;  // "SOURCE: what is wrong with it"
};

/// What limits.memory "auto" allows: more would have the system end this process, or another.
std::uint64_t most_memory_of_a_picture() { return machine::usable_memory() / 4 * 3; }

StageTimes* times_of(const RunContext& run) { return run.options.stats ? &run.tally.times : nullptr; }

bool has_failed(const pipeline::Work& work) {
  return std::ranges::any_of(work.made, [](const auto& made) { return made.result().status == Status::failed; });
}

std::vector<std::string> temporaries_of(const Settler::Batch& batch) {
  std::vector<std::string> paths;
  for (const auto& work : batch)
    for (const pipeline::Made& made : work->made)
      if (!made.temporary.empty()) paths.push_back(made.temporary);
  return paths;
}

// So many take workers longer than it takes to settle what was made before them.
constexpr std::size_t k_last_sources = 64;

// One pipeline after the other, with one settler behind them.
class Execution {
 public:
  Execution(const RunContext& run, graph::Graph& graph, int jobs, Committer& committer, const image::Marks& marks,
            disk::ReplacedFiles* replaced, StoreUse* store, Report& report)
      : run_(run),
        jobs_(jobs),
        committer_(committer),
        publisher_(run.disk),
        shares_(pipeline::share_memory(memory_budget(run) - (store != nullptr ? store->memory() : 0), jobs)),
        budget_(shares_.pixels),
        stages_({run.disk, publisher_, run.manifest.limits, budget_, run.tally, shares_.file,
                 most_memory_of_a_picture(), run.options.stop, shares_.buffers, marks, times_of(run), replaced,
                 store != nullptr ? store->session() : nullptr, store != nullptr ? store->kept_sources() : 0}),
        sink_(run, graph, committer, report),
        settler_([this](Settler::Batch& batch) { settle(batch); }) {}

  void run(const std::vector<pipeline::Task>& tasks) {
    std::atomic<std::size_t> done = 0;
    for (const pipeline::Task& task : tasks) publisher_.expect(task.outputs.size());
    const pipeline::PipelineHooks hooks{
        .stop = [&] { return run_.stopped() || (run_.options.fail_fast && failed_); },
        .commit =
            [&](std::shared_ptr<pipeline::Work> work) {
              if (has_failed(*work)) failed_ = true;
              settler_.give(std::move(work));
              if (++done + k_last_sources == tasks.size()) settler_.settle_soon();
            },
        .jobserver = run_.options.jobserver.get(),
    };
    pipeline::run_pipeline(tasks, stages_, jobs_, hooks);
    settler_.drain();
  }

  void close() { sink_.close(); }

 private:
  // Where records are due, one sync covers these temporary files and the outputs that the records are of. What earlier
  // batches have replaced may be written over once a sync has covered that, too.
  void settle(Settler::Batch& batch) {
    const InStage in_stage(times_of(run_), Stage::record);
    std::vector<std::string> files = temporaries_of(batch);
    const bool is_due = committer_.is_due();
    // A few files are flushed alone, which says nothing of what was replaced.
    const bool flushes_replaced = is_due || files.size() > disk::Disk::k_few_files;
    if (flushes_replaced) std::ranges::move(publisher_.to_be_flushed(), std::back_inserter(files));
    const Committer::Synced synced = is_due ? committer_.flush(files) : committer_.sync(files);
    if (flushes_replaced && synced.all_renames) publisher_.flushed();
    for (const auto& work : batch) {
      synced.error ? stages_.unpublish(*work, *synced.error) : stages_.publish(*work);
      if (has_failed(*work)) failed_ = true;
      sink_.take(*work);
    }
    committer_.made(publisher_.take_made_folders());
  }

  const RunContext& run_;
  int jobs_;
  Committer& committer_;
  std::atomic<bool> failed_ = false;
  disk::Publisher publisher_;
  pipeline::MemoryShares shares_;
  pipeline::MemoryBudget budget_;
  pipeline::Stages stages_;
  Sink sink_;
  Settler settler_;
};

}  // namespace

void execute(const RunContext& run, graph::Graph& graph, int jobs, Committer& committer, const image::Marks& marks,
             StoreUse& store, Report& report) {
  if (std::ranges::none_of(graph.outputs, [](const graph::Output& output) { return output.stale != nullptr; })) return;
  disk::ReplacedFiles replaced(run.disk, before_folder(run.manifest), run.manifest.cache);
  Execution execution(run, graph, jobs, committer, marks, &replaced, &store, report);
  execution.run(tasks_of(graph, false));
  offer_leaders(graph);
  execution.run(tasks_of(graph, true));
  execution.close();
}

void flush_last(const RunContext& run, Committer& committer) {
  const InStage in_stage(times_of(run), Stage::record);
  committer.flush();
}

void look_at(const RunContext& run, graph::Graph& graph, const std::vector<graph::Source*>& sources, int jobs,
             Committer& committer, Report& report) {
  if (sources.empty()) return;
  std::vector<pipeline::Task> tasks;
  for (graph::Source* const source : sources) tasks.push_back({source, {}, true});
  Execution execution(run, graph, jobs, committer, pipeline::k_no_marks, nullptr, nullptr, report);
  execution.run(tasks);
  execution.close();
}

}  // namespace thumbs::engine
