// Runs the pipeline twice, leaders first, and turns what comes out into rows and items.
#include "engine/execute.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "engine/results.h"
#include "image/codec/codec.h"
#include "image/icc.h"
#include "machine/cores.h"
#include "pipeline/pipeline.h"

namespace thumbs {
namespace {

RecipeText recipe_text(const Recipe& recipe) {
  return {recipe.text, recipe.stages, encoder_library(recipe.settings.format) + "; " + colour_library()};
}

const SourceRecord* known_row(const Records& rows, const std::string& path) {
  const auto found = std::lower_bound(rows.sources.begin(), rows.sources.end(), path,
                                      [](const SourceRecord& row, const std::string& p) { return row.path < p; });
  return found != rows.sources.end() && found->path == path ? &*found : nullptr;
}

// The serial end of the pipeline: rows, items, progress.
class Sink {
 public:
  Sink(const RunContext& context, const Survey& facts, Committer& committer)
      : context_(context), facts_(facts), committer_(committer) {}

  void take(Work& work) {
    const Source& source = facts_.targets.list.sources[work.task->source];
    if (work.content) remember_source(source.path, *work.content);
    for (const std::string& text : work.warnings) {
      warnings_.push_back(source.path + ": " + text);
      context_.observer.warning(warnings_.back());
    }
    for (Made& made : work.made) {
      if (made.status == Status::stale) continue;  // given up: the run is to stop
      if (made.status == Status::failed) {
        failed_ = true;
        remember_failure(source, work, made);
      } else {
        remember_output(source, work, made);
      }
      items_.push_back(made_item(context_, facts_, made));
      context_.observer.finished(items_.back());
    }
    committer_.flush_if_due();
  }

  bool failed() const { return failed_; }
  std::vector<Item> take_items() { return std::move(items_); }
  std::vector<std::string> take_warnings() { return std::move(warnings_); }
  /// The bytes that a target of this run holds now, for those that copy from it.
  std::optional<Twin> twin_of(std::uint32_t target) const {
    const auto found = made_.find(target);
    return found == made_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  void remember_source(const std::string& path, const Content& content) {
    SourceRecord row = source_record(path, content, format_key(content.head));
    const SourceRecord* known = known_row(facts_.rows, path);
    if (known == nullptr || *known != row) committer_.remember(std::move(row));
  }

  void remember_output(const Source& source, const Work& work, const Made& made) {
    const Target& target = facts_.targets.outputs[made.job->target];
    OutputRecord row;
    row.path = target.output;
    row.source = source.path;
    // A copy was made for the content that was planned with, whatever a later read of the source found.
    row.source_hash = made.status == Status::copied || !work.content ? *source.hash : work.content->hash;
    row.size = made.bytes;
    row.mtime_ns = made.stat.stat_data.mtime_ns;
    row.hash = made.hash;
    row.width = static_cast<std::uint32_t>(made.thumbnail.width);
    row.height = static_cast<std::uint32_t>(made.thumbnail.height);
    row.made = true;
    name(row, target);
    committer_.remember(std::move(row), recipe_text(facts_.targets.recipes[target.recipe]), true);
    made_.emplace(made.job->target, Twin{target.output, made.hash, static_cast<std::uint32_t>(made.thumbnail.width),
                                         static_cast<std::uint32_t>(made.thumbnail.height)});
  }

  void name(OutputRecord& row, const Target& target) const {
    const Set& set = context_.manifest.sets[target.set];
    row.set = set.name;
    row.variant = set.variants[target.variant].name;
  }

  // The old output stays, and so does what is known of it; only "the last attempt failed" is new.
  void remember_failure(const Source& source, const Work& work, const Made& made) {
    const Target& target = facts_.targets.outputs[made.job->target];
    if (target.output.empty()) return;
    OutputRecord row;
    RecipeText recipe = recipe_text(facts_.targets.recipes[target.recipe]);
    if (made.job->row != k_no_row) {
      row = facts_.rows.outputs[made.job->row];
      if (row.failed) return;
      recipe = facts_.rows.recipes[row.recipe];
    } else {
      row.path = target.output;
      row.source = source.path;
      if (work.content) {
        row.source_hash = work.content->hash;
      } else if (source.hash) {
        row.source_hash = *source.hash;
      }
      name(row, target);
    }
    row.failed = true;
    committer_.remember(std::move(row), std::move(recipe), false);
  }

  const RunContext& context_;
  const Survey& facts_;
  Committer& committer_;
  std::vector<Item> items_;
  std::vector<std::string> warnings_;
  std::unordered_map<std::uint32_t, Twin> made_;
  bool failed_ = false;
};

std::uint64_t memory_budget(const RunContext& context) {
  return context.options.memory ? *context.options.memory : usable_memory() / 4;
}

/// What limits.memory "auto" allows: more would have the system end this process, or another.
std::uint64_t most_memory_of_a_picture() { return usable_memory() / 4 * 3; }

void add_untried(const RunContext& context, const Survey& facts, const std::vector<Task>& tasks,
                 std::vector<bool>& tried, std::vector<Item>& items) {
  for (const Task& task : tasks)
    for (const Job& job : task.jobs)
      if (!tried[job.target]) items.push_back(stale_item(context, facts, job));
}

}  // namespace

Execution execute(const RunContext& context, const Survey& facts, const Plan& plan, int jobs, Committer& committer) {
  Publisher publisher(context.disk);
  const MemoryShares shares = share_memory(memory_budget(context), jobs);
  MemoryBudget budget(shares.pixels);
  const Stages stages({context.disk, publisher, facts.targets, context.manifest, budget, context.tally, shares.file,
                       most_memory_of_a_picture(), context.options.stop, shares.buffers});
  Sink sink(context, facts, committer);
  std::vector<bool> tried(facts.targets.outputs.size());
  const PipelineHooks hooks{
      .stop = [&] { return context.stopped() || (context.options.fail_fast && sink.failed()); },
      .commit =
          [&](Work& work) {
            for (const Made& made : work.made) tried[made.job->target] = made.status != Status::stale;
            committer.made(publisher.take_made_folders());
            sink.take(work);
          },
  };

  run_pipeline(plan.tasks, facts.targets.list.sources, stages, jobs, hooks);
  std::vector<Task> followers = plan.followers;
  for (Task& task : followers)
    for (Job& job : task.jobs)
      if (const std::optional<Twin> made = sink.twin_of(job.leader)) job.twins.push_back(*made);
  run_pipeline(followers, facts.targets.list.sources, stages, jobs, hooks);

  Execution done{sink.take_items(), sink.take_warnings()};
  add_untried(context, facts, plan.tasks, tried, done.items);
  add_untried(context, facts, plan.followers, tried, done.items);
  std::ranges::sort(done.warnings);
  return done;
}

}  // namespace thumbs
