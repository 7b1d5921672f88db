// Messages that take a look at the whole plan.
#include "engine/remarks.h"

#include <algorithm>
#include <string_view>

#include "path/path.h"
#include "plan/originals.h"
#include "plan/orphans.h"
#include "scan/inspect.h"

namespace thumbs {
namespace {

std::string names_of(const Manifest& manifest, const std::vector<std::uint32_t>& sets) {
  std::string names;
  for (const std::uint32_t set : sets)
    names += (names.empty() ? "" : ", ") + std::string("\"") + manifest.sets[set].name + "\"";
  return names;
}

// Another set whose output folder the set reads, or a folder below it.
const Set* writer_of(const Manifest& manifest, std::uint32_t reader) {
  for (std::uint32_t i = 0; i < manifest.sets.size(); ++i)
    if (i != reader && is_at_or_below(manifest.sets[reader].source, manifest.sets[i].output)) return &manifest.sets[i];
  return nullptr;
}

struct Unrecorded {
  const Job* job;
  const Target* target;
};

// The outputs to be made where a file stands that no record names.
std::vector<Unrecorded> unrecorded_outputs(const RunContext& context, const Survey& facts, const Plan& plan) {
  std::vector<Unrecorded> outputs;
  for (const std::vector<Task>* tasks : {&plan.tasks, &plan.followers})
    for (const Task& task : *tasks)
      for (const Job& job : task.jobs) {
        const Target& target = facts.targets.outputs[job.target];
        if (!target.output.empty() && is_unrecorded(facts.rows, job)) outputs.push_back({&job, &target});
      }
  std::ranges::sort(outputs, {}, [](const Unrecorded& output) -> const std::string& { return output.target->output; });
  std::vector<std::string_view> paths;
  for (const Unrecorded& output : outputs) paths.emplace_back(output.target->output);
  const std::vector<FileStat> stats = stat_files(context.disk, paths);
  std::size_t at = 0;
  std::erase_if(outputs, [&](const Unrecorded&) { return stats[at++].kind == FileKind::missing; });
  return outputs;
}

// The first of such files, and how many more there are.
class Standing {
 public:
  explicit Standing(const Survey& facts) : facts_(facts) {}
  void add(const Unrecorded& output) {
    if (count_++ == 0) first_ = output.target;
  }
  bool empty() const { return count_ == 0; }
  std::string text(const std::string& what) const {
    return first_->output + ": no record says that thumbs made this file; " + what + " the thumbnail of " +
           facts_.targets.list.sources[first_->source].path +
           (count_ == 1 ? "" : " (and " + std::to_string(count_ - 1) + " more like it)");
  }

 private:
  const Survey& facts_;
  const Target* first_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace

void warn_of_unrecorded(const RunContext& context, const Survey& facts, const Plan& plan, bool builds, Report& report) {
  Standing replaced(facts);
  Standing kept(facts);
  if (context.stopped()) return;
  for (const Unrecorded& output : unrecorded_outputs(context, facts, plan))
    (output.job->keep_existing ? kept : replaced).add(output);
  const auto warn = [&](const std::string& text) {
    report.warnings.push_back(text);
    context.observer.warning(text);
  };
  if (!replaced.empty()) warn(replaced.text(builds ? "replacing it with" : "build will replace it with"));
  if (!kept.empty() && !builds) warn(kept.text("build will keep it unless it equals"));
}

std::vector<std::string> chained_sets(const Manifest& manifest, const Survey& facts,
                                      const std::vector<bool>& had_files) {
  std::vector<std::string> warnings;
  for (const std::uint32_t i : empty_sets(manifest, facts.targets)) {
    const Set& set = manifest.sets[i];
    const Set* const writer = writer_of(manifest, i);
    if (writer == nullptr && !had_files[i]) continue;
    const std::string folder = "\"" + (set.source.empty() ? "." : set.source) + "\"";
    const std::string why = writer != nullptr ? folder + " is where set \"" + writer->name + "\" writes"
                                              : "all files that it takes in " + folder + " are thumbnails";
    const std::string mend = writer != nullptr ? "\"" + (writer->source.empty() ? "." : writer->source) + "\""
                                               : "the folder of the originals";
    warnings.push_back("set \"" + set.name + "\" has no source: " + why + ", and thumbs makes no thumbnails of " +
                       "thumbnails; let it read " + mend);
  }
  return warnings;
}

std::string emptied_message(const Manifest& manifest, const std::vector<std::uint32_t>& sets) {
  return "set " + names_of(manifest, sets) +
         " had sources and has none now: nothing is pruned; mount or restore them, or say --force";
}

}  // namespace thumbs
