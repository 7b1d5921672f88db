// The filters, each a line that calls a stage.
#include "pipeline/pipeline.h"

#include <oneapi/tbb/parallel_pipeline.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "disk/read_ahead.h"
#include "pipeline/lookahead.h"
#include "pipeline/schedule.h"
#include "support/buffer.h"

namespace thumbs::pipeline {

namespace {

// Twice the workers: while one waits in the serial commit, its share of the next sources is already taken up.
std::size_t tokens(int jobs) { return static_cast<std::size_t>(jobs) * 2; }

/// What the work on a source grows with.
std::vector<std::uint64_t> sizes_of(const std::vector<Task>& tasks) {
  std::vector<std::uint64_t> sizes;
  sizes.reserve(tasks.size());
  for (const Task& task : tasks) sizes.push_back(task.source->stat_data.size);
  return sizes;
}

}  // namespace

MemoryShares share_memory(std::uint64_t budget, int jobs) {
  const std::uint64_t workers = static_cast<std::uint64_t>(jobs);
  MemoryShares shares;
  shares.file = std::min(budget / 4 / tokens(jobs), k_largest_in_memory);
  shares.buffers = std::min<std::uint64_t>(budget / 8 / workers, k_most_bytes_kept);
  shares.pixels = budget - shares.file * tokens(jobs) - shares.buffers * workers;
  return shares;
}

namespace {

namespace tbb = oneapi::tbb;

Jobserver::Slot slot_of(const PipelineHooks& hooks) {
  return hooks.jobserver != nullptr ? hooks.jobserver->acquire(hooks.stop) : Jobserver::Slot();
}

disk::ReadAhead read_ahead(const std::vector<Task>& tasks, const std::vector<std::uint32_t>& order,
                           const Stages& stages) {
  return {stages.disk(), order.size(), [&](std::size_t i) { return std::string(tasks[order[i]].source->path); }};
}

void run_stages(const std::vector<Task>& tasks, const Stages& stages, int jobs, const PipelineHooks& hooks) {
  using Token = std::shared_ptr<Work>;
  const std::vector<std::uint32_t> order = schedule(sizes_of(tasks), jobs);
  disk::ReadAhead ahead = read_ahead(tasks, order, stages);
  std::size_t next = 0;  // in `order`
  const auto feed = [&](tbb::flow_control& control) -> Token {
    if (next != order.size() && !hooks.stop()) {
      auto work = std::make_shared<Work>(tasks[order[next]]);
      work->turn = next++;
      return work;
    }
    control.stop();
    return nullptr;
  };
  const auto read = [&](Token work) {
    work->slot = slot_of(hooks);
    const disk::ReadAhead::Turn turn(ahead, work->turn, work->source->stat_data.size);
    stages.read(*work);
    return work;
  };
  const auto make = [&](Token work) {
    stages.make(*work);
    return work;
  };
  const auto write = [&](Token work) {
    stages.write(*work);
    work->slot.release();
    return work;
  };
  const auto commit = [&](Token work) { hooks.commit(std::move(work)); };
  tbb::parallel_pipeline(tokens(jobs),
                         tbb::make_filter<void, Token>(tbb::filter_mode::serial_in_order, feed) &
                             tbb::make_filter<Token, Token>(tbb::filter_mode::parallel, read) &
                             tbb::make_filter<Token, Token>(tbb::filter_mode::parallel, make) &
                             tbb::make_filter<Token, Token>(tbb::filter_mode::parallel, write) &
                             tbb::make_filter<Token, void>(tbb::filter_mode::serial_out_of_order, commit));
}

// A token is a step: to ask, which ends there, or to make.
void run_with_store(const std::vector<Task>& tasks, const Stages& stages, int jobs, const PipelineHooks& hooks) {
  const std::vector<std::uint32_t> order = schedule(sizes_of(tasks), jobs);
  disk::ReadAhead ahead = read_ahead(tasks, order, stages);
  Lookahead lookahead(order, *stages.store(), stages.kept_sources());
  using Token = std::shared_ptr<Work>;
  const auto feed = [&](tbb::flow_control& control) -> Step {
    if (std::optional<Step> step = lookahead.next(hooks.stop)) return *step;
    control.stop();
    return {};
  };
  const auto carry_out = [&](const Step& step) -> Token {
    const Jobserver::Slot slot = slot_of(hooks);
    if (step.ask) {
      const disk::ReadAhead::Turn turn(ahead, step.turn, tasks[step.task].source->stat_data.size);
      lookahead.asked(step.task, stages.inquire(tasks[step.task]));
      return nullptr;
    }
    auto work = std::make_shared<Work>(tasks[step.task]);
    work->inquiry = step.inquiry;
    work->loaded = step.loaded;
    stages.read(*work);
    stages.make(*work);
    stages.write(*work);
    return work;
  };
  const auto commit = [&](Token work) {
    if (work) hooks.commit(std::move(work));
  };
  tbb::parallel_pipeline(tokens(jobs),
                         tbb::make_filter<void, Step>(tbb::filter_mode::serial_in_order, feed) &
                             tbb::make_filter<Step, Token>(tbb::filter_mode::parallel, carry_out) &
                             tbb::make_filter<Token, void>(tbb::filter_mode::serial_out_of_order, commit));
}

}  // namespace

void run_pipeline(const std::vector<Task>& tasks, const Stages& stages, int jobs, const PipelineHooks& hooks) {
  if (stages.store() == nullptr)
    run_stages(tasks, stages, jobs, hooks);
  else
    run_with_store(tasks, stages, jobs, hooks);
}

}  // namespace thumbs::pipeline
