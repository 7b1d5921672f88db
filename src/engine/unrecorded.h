// Files in output folders that nobody knows: what stays behind when a cache is lost.
#pragma once

#include <string>
#include <vector>

#include "engine/survey.h"
#include "plan/selection.h"
#include "thumbs/report.h"

namespace thumbs {

/// The regular files in output folders outside of all source folders that no row, no rule and no neighbour knows, and
/// that the selection means; sorted by path. Nothing whose name starts with a dot, nothing in a repository of its own.
/// Warns of output folders that are left alone, and adds an error for what cannot be listed. Throws Error `usage` where
/// a set without sources may have made them, unless --force.
std::vector<UnrecordedFile> find_unrecorded(const RunContext& context, Survey& facts, Selection& selection);

/// With --yes, and without --dry-run, removes facts.unrecorded where they are still what the survey saw, and the
/// folders that this empties. Reports all of them. Gives those of `made_folders` that are gone now.
std::vector<std::string> settle_unrecorded(const RunContext& context, const Survey& facts,
                                           const std::vector<std::string>& made_folders, Report& report);

}  // namespace thumbs
