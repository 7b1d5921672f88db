// The text of --stats.
#pragma once

#include <string>

#include "thumbs/report.h"

namespace thumbs::cli {

/// A line for each stage that took time, and what would make the build faster. `cores`: that this process may use.
std::string stats_text(const BuildStats& stats, int jobs, int cores);

}  // namespace thumbs::cli
