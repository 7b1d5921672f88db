// Explanations: what differs, old → new, from the same facts that the decision looked at.
#pragma once

#include <cstdint>
#include <string>

#include "plan/plan.h"

namespace thumbs {

/// Pieces "what: old → new" joined by "; " for a stale output.
std::string explain_stale(const Targets& targets, const Records& rows, std::uint32_t target, std::uint32_t row,
                          Reason reason, const OutputFacts& facts);

/// What was found equal, for a fresh one.
std::string explain_fresh(const Targets& targets, const Records& rows, const FreshOutput& fresh,
                          const OutputFacts& facts);

}  // namespace thumbs
