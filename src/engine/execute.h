// Carries a plan out: the pipeline over its tasks, then over the sources that copy from them; rows behind both.
#pragma once

#include <string>
#include <vector>

#include "commit/committer.h"
#include "engine/survey.h"
#include "thumbs/report.h"

namespace thumbs {

struct Execution {
  std::vector<Item> items;            ///< one for each output
  std::vector<std::string> warnings;  ///< "SOURCE: what is wrong with it", sorted; the observer has heard them
};

/// Makes what `plan` says and gives an item for each of its stale outputs: built, copied or failed; stale where an
/// interrupt or fail-fast kept it from being tried. Remembers rows with `committer`, the last batch unflushed.
Execution execute(const RunContext& context, const Survey& facts, const Plan& plan, int jobs, Committer& committer);

}  // namespace thumbs
