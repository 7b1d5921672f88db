// Protects by set, and by the path of each output.
#include "plan/originals.h"

#include <algorithm>
#include <string_view>

#include "path/path.h"
#include "plan/orphans.h"

namespace thumbs {
namespace {

bool is_among_sources(const Manifest& manifest, std::string_view path) {
  return std::ranges::any_of(manifest.sets, [&](const Set& set) { return is_at_or_below(path, set.source); });
}

}  // namespace

bool is_unrecorded(const Records& rows, const Job& job) { return job.row == k_no_row || !rows.outputs[job.row].made; }

void protect_originals(const Manifest& manifest, const Targets& targets, const Records& rows,
                       const std::vector<Alias>& aliases, Plan& plan) {
  std::vector<bool> beside;
  for (const Set& set : manifest.sets) beside.push_back(is_among_sources(manifest, set.output));
  for (const Alias& alias : aliases) beside[alias.set] = true;
  for (std::vector<Task>* tasks : {&plan.tasks, &plan.followers})
    for (Task& task : *tasks)
      for (Job& job : task.jobs) {
        const Target& target = targets.outputs[job.target];
        job.keep_existing =
            is_unrecorded(rows, job) && (beside[target.set] || is_among_sources(manifest, target.output));
      }
}

}  // namespace thumbs
