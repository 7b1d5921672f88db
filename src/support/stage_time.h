// Where the time of a run goes, by stage. Stages nest across modules (a decoder reads its file while it decodes), so a
// thread's stage is thread-local, for the lifetime of an InStage.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "thumbs/report.h"

namespace thumbs {

enum class Stage { read, decode, resize, encode, write, record, memory };
inline constexpr std::size_t k_stages = 7;

/// Sums over all workers. Thread-safe.
class StageTimes {
 public:
  void add(Stage stage, StageTime time);
  StageTime of(Stage stage) const;

 private:
  struct Sum {
    std::atomic<std::int64_t> nanoseconds{0};
    std::atomic<std::int64_t> cpu_nanoseconds{0};
  };
  std::array<Sum, k_stages> sums_;
};

/// During its lifetime the calling thread's time counts for `stage`, and not for the stage around it.
class InStage {
 public:
  /// Counts into `times`; null: counts nothing, and costs nothing.
  InStage(StageTimes* times, Stage stage);
  /// Counts to where the stage around it counts; outside of any stage nowhere.
  explicit InStage(Stage stage);
  ~InStage();
  InStage(const InStage&) = delete;
  InStage& operator=(const InStage&) = delete;

  /// CPU time that a child process used in this stage.
  void count_cpu(double seconds) { times_->add(stage_, {0, seconds}); }

 private:
  StageTimes* times_;
  Stage stage_;
  InStage* outer_;
};

/// The same for the calling thread's stage, if it is in one.
void add_stage_cpu(double seconds);

}  // namespace thumbs
