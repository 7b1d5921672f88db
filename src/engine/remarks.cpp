// Messages that take a look at the whole plan.
#include "engine/remarks.h"

#include <string_view>
#include <unordered_set>

namespace thumbs {
namespace {

std::string names_of(const Manifest& manifest, const std::vector<std::uint32_t>& sets) {
  std::string names;
  for (const std::uint32_t set : sets)
    names += (names.empty() ? "" : ", ") + std::string("\"") + manifest.sets[set].name + "\"";
  return names;
}

}  // namespace

void warn_of_replaced(const RunContext& context, const Targets& targets, const Plan& plan, Report& report) {
  if (targets.replaced.empty()) return;
  std::unordered_set<std::string_view> planned;
  for (const std::vector<Task>* tasks : {&plan.tasks, &plan.followers})
    for (const Task& task : *tasks)
      for (const Job& job : task.jobs) planned.insert(targets.outputs[job.target].output);
  const Replaced* first = nullptr;
  std::size_t more = 0;
  for (const Replaced& file : targets.replaced) {
    if (!planned.contains(file.path)) continue;
    if (first != nullptr) ++more;
    if (first == nullptr) first = &file;
  }
  if (first == nullptr) return;
  report.warnings.push_back(first->path + ": is replaced, for the thumbnail of " + first->maker +
                            " goes there; no record says that thumbs made it" +
                            (more == 0 ? "" : " (and " + std::to_string(more) + " more like it)"));
  context.observer.warning(report.warnings.back());
}

std::string emptied_message(const Manifest& manifest, const std::vector<std::uint32_t>& sets) {
  return "set " + names_of(manifest, sets) +
         " had sources and has none now: nothing is pruned; mount or restore them, or say --force";
}

}  // namespace thumbs
