#include "support/stage_time.h"

#include "support/work_limit.h"

namespace thumbs {
namespace {

constexpr double k_nanoseconds = 1e9;

// The innermost stage of this thread, and when it last began or went on.
struct Running {
  InStage* stage = nullptr;
  StageTime since;
};

Running& running() {
  thread_local Running running;
  return running;
}

// What has passed since the last call on this thread.
StageTime take_time() {
  StageTime& since = running().since;
  const StageTime now{clock_seconds(), thread_cpu_seconds()};
  const StageTime passed{now.seconds - since.seconds, now.cpu_seconds - since.cpu_seconds};
  since = now;
  return passed;
}

}  // namespace

void StageTimes::add(Stage stage, StageTime time) {
  Sum& sum = sums_.at(static_cast<std::size_t>(stage));
  sum.nanoseconds += static_cast<std::int64_t>(time.seconds * k_nanoseconds);
  sum.cpu_nanoseconds += static_cast<std::int64_t>(time.cpu_seconds * k_nanoseconds);
}

StageTime StageTimes::of(Stage stage) const {
  const Sum& sum = sums_.at(static_cast<std::size_t>(stage));
  return {static_cast<double>(sum.nanoseconds) / k_nanoseconds,
          static_cast<double>(sum.cpu_nanoseconds) / k_nanoseconds};
}

InStage::InStage(StageTimes* times, Stage stage) : times_(times), stage_(stage), outer_(running().stage) {
  if (times_ == nullptr) return;
  const StageTime passed = take_time();
  if (outer_ != nullptr) times_->add(outer_->stage_, passed);
  running().stage = this;
}

InStage::InStage(Stage stage) : InStage(running().stage != nullptr ? running().stage->times_ : nullptr, stage) {}

InStage::~InStage() {
  if (times_ == nullptr) return;
  times_->add(stage_, take_time());
  running().stage = outer_;
}

void add_stage_cpu(double seconds) {
  InStage* const stage = running().stage;
  if (stage != nullptr) stage->count_cpu(seconds);
}

}  // namespace thumbs
