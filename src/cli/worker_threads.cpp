#include "cli/worker_threads.h"

#include <oneapi/tbb/global_control.h>

#include <cstddef>

namespace thumbs::cli {

struct WorkerThreads::Limit {
  oneapi::tbb::global_control threads;
};

WorkerThreads::WorkerThreads(int jobs)
    : limit_(new Limit{{oneapi::tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(jobs)}}) {}

WorkerThreads::~WorkerThreads() = default;

}  // namespace thumbs::cli
