// What a run has to say beside its items.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/survey.h"
#include "thumbs/report.h"

namespace thumbs {

/// Warns of files at the paths of outputs, where no record says that thumbs made them: one warning for those that the
/// build replaces, and, where it will not run, one for those that it keeps. One, for after a lost cache all outputs
/// are such files.
void warn_of_unrecorded(const RunContext& context, const Survey& facts, const Plan& plan, bool builds, Report& report);

/// A warning for each set that has no source because it reads thumbnails: files that a record or a rule makes, or the
/// folder where another set writes. `had_files`: the sets that took files before the thumbnails among them were
/// dropped.
std::vector<std::string> chained_sets(const Manifest& manifest, const Survey& facts,
                                      const std::vector<bool>& had_files);

/// Why nothing is pruned where these sets had sources and have none now.
std::string emptied_message(const Manifest& manifest, const std::vector<std::uint32_t>& sets);

}  // namespace thumbs
