// The oneTBB graph: next source → read → make → write → commit.
//
// One token is one source. The first and the last filter are serial, the others run side by side; a worker carries its
// token from read to write without letting go, so that a token waiting for memory only ever waits for workers that are
// at work, never for a queue. Near the end large sources come first (schedule.h).
//
// What is serial costs little: an index for the next source, and a place in a queue for a finished one, which a thread
// beside the workers brings to stable storage, renames and records (engine/settler.h).
//
// On machines with several memory nodes: what is large (the file's bytes, planes, rows) is allocated, written and read
// by the one worker that carries the token, so the kernel's first touch puts it on that worker's node, and the heap's
// arena keeps it there for the next source; nothing large is shared between workers but filter and conversion tables,
// which are read alone. Hence no pinning and no arena a node: the scheduler moves a worker rarely, and a moved one
// only pays for what is in flight.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "jobserver/jobserver.h"
#include "pipeline/work.h"

namespace thumbs::pipeline {

struct PipelineHooks {
  /// Asked before each source, from any worker: true ends the intake; what is in flight drains.
  std::function<bool()> stop;
  /// Called for each source whose outputs are written to temporary files, one at a time, in any order, from any worker.
  std::function<void(std::shared_ptr<Work>)> commit;
  /// Lends the right to work on a source; null: all workers have it.
  Jobserver* jobserver = nullptr;
};

/// A run's memory, shared out so that all of it together is the budget.
struct MemoryShares {
  std::uint64_t pixels = 0;   ///< what may be reserved for pictures in flight
  std::uint64_t file = 0;     ///< how large a source's file may be to be kept whole, see load_source
  std::uint64_t buffers = 0;  ///< what each worker may keep for its next picture
};

/// The files of all tokens, which wait for their pixels' reservations without one of their own, take a quarter of
/// `budget` at most, and what workers keep an eighth.
MemoryShares share_memory(std::uint64_t budget, int jobs);

/// Runs all tasks in an order of its own, at most `jobs` at a time. Tasks that `stop` kept from starting are never
/// handed to `commit`, and their outputs get no result. Throws nothing.
void run_pipeline(const std::vector<Task>& tasks, const Stages& stages, int jobs, const PipelineHooks& hooks);

}  // namespace thumbs::pipeline
