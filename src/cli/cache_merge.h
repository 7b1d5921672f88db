// What `cache merge` is asked to do.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "thumbs/cache.h"

namespace thumbs::cli {

/// Takes the PATHs and --force, which mean something else to a run, out of `line`. Refuses a report that would replace
/// one of the caches, as protect_from_report().
MergeOptions take_merge_options(CommandLine& line);

/// What confine_run() must be told of so that these caches can be read: they themselves, and where one is put right
/// that a killed run left half done.
std::vector<std::string> files_to_read(const std::vector<std::string>& caches);

}  // namespace thumbs::cli
