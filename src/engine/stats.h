// Where the time of a build went, and what bounds it.
#pragma once

#include <chrono>

#include "support/stage_time.h"
#include "thumbs/report.h"

namespace thumbs::engine {

double seconds_since(std::chrono::steady_clock::time_point start);

/// All but decide_seconds, for a build by `jobs` workers that took `seconds`.
void fill_in_stats(const StageTimes& times, int jobs, double seconds, BuildStats& stats);

}  // namespace thumbs::engine
