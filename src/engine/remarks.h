// What a run has to say beside its items.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/survey.h"
#include "thumbs/report.h"

namespace thumbs {

/// A build tool owns its output paths; what may be somebody's original is named before it is replaced. One warning:
/// where the cache was deleted, every thumbnail beside its original looks like that.
void warn_of_replaced(const RunContext& context, const Targets& targets, const Plan& plan, Report& report);

/// Why nothing is pruned where these sets had sources and have none now.
std::string emptied_message(const Manifest& manifest, const std::vector<std::uint32_t>& sets);

}  // namespace thumbs
