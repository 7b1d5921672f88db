// The closing line of a run in which something is amiss: what to do next.
#pragma once

#include <string>
#include <string_view>

#include "thumbs/report.h"

namespace thumbs::cli {

/// One line with a command to run, or "" where all is well. `program` is the command line that this run began with,
/// such as "thumbs -C shop". Orphans after a build have a line of their own, see text_report().
std::string next_step(const Report& report, std::string_view program, bool dry_run);

}  // namespace thumbs::cli
