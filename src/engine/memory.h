// The memory that a run may use.
#pragma once

#include <cstdint>

#include "engine/run_context.h"
#include "machine/cores.h"

namespace thumbs::engine {

inline std::uint64_t memory_budget(const RunContext& run) {
  return run.options.memory ? *run.options.memory : machine::usable_memory() / 4;
}

}  // namespace thumbs::engine
