// Messages that take a look at the whole plan.
#include "engine/warnings.h"

#include <algorithm>
#include <string_view>

#include "path/path.h"
#include "rules/originals.h"
#include "scan/inspect.h"

namespace thumbs::engine {
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

// The outputs to be made where a file stands that no record names.
std::vector<const graph::Output*> replaced_unrecorded(const RunContext& run, const graph::Graph& graph) {
  std::vector<const graph::Output*> outputs;
  for (const graph::Output& output : graph.outputs)
    if (output.stale != nullptr && !output.path.empty() && rules::is_unrecorded(output)) outputs.push_back(&output);
  std::ranges::sort(outputs, {}, [](const graph::Output* output) { return output->path; });
  std::vector<std::string_view> paths;
  for (const graph::Output* const output : outputs) paths.push_back(output->path);
  const std::vector<disk::FileStat> stats = scan::stat_files(run.disk, paths);
  std::size_t at = 0;
  std::erase_if(outputs, [&](const graph::Output*) { return stats[at++].kind == disk::FileKind::missing; });
  return outputs;
}

// The first of such files, and how many more there are.
class Standing {
 public:
  void add(const graph::Output& output) {
    if (count_++ == 0) first_ = &output;
  }
  bool empty() const { return count_ == 0; }
  std::string text(const std::string& what) const {
    return std::string(first_->path) + ": thumbs has no record of this file; " + what + " the thumbnail of " +
           std::string(first_->source->path) +
           (count_ == 1 ? "" : " (and " + std::to_string(count_ - 1) + " more like it)");
  }

 private:
  const graph::Output* first_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace

void warn_of_unrecorded(const RunContext& run, const graph::Graph& graph, bool builds, Report& report) {
  Standing replaced;
  Standing kept;
  if (run.stopped()) return;
  for (const graph::Output* const output : replaced_unrecorded(run, graph))
    (output->stale->keep_existing ? kept : replaced).add(*output);
  const auto warn = [&](const std::string& text) {
    report.warnings.push_back(text);
    run.observer.warning(text);
  };
  if (!replaced.empty()) warn(replaced.text(builds ? "replacing it with" : "build will replace it with"));
  if (!kept.empty() && !builds) warn(kept.text("build will fail unless it equals"));
}

void warn_of_chained_sets(graph::Graph& graph) {
  for (const std::uint32_t i : graph::empty_sets(graph)) {
    const Set& set = graph.manifest->sets[i];
    const Set* const writer = writer_of(*graph.manifest, i);
    if (writer == nullptr && !graph.took_files[i]) continue;
    const std::string folder = "\"" + (set.source.empty() ? "." : set.source) + "\"";
    const std::string why = writer != nullptr ? folder + " is the output folder of set \"" + writer->name + "\""
                                              : "all files that it matches in " + folder + " are thumbnails";
    const std::string mend = writer != nullptr ? "\"" + (writer->source.empty() ? "." : writer->source) + "\""
                                               : "the folder of the originals";
    graph.warnings.push_back("set \"" + set.name + "\" has no source: " + why +
                             ", and thumbs makes no thumbnails of thumbnails; set its \"source\" to " + mend);
  }
}

std::string emptied_message(const Manifest& manifest, const std::vector<std::uint32_t>& sets) {
  return "set " + names_of(manifest, sets) +
         " had sources and now has none: pruning nothing; mount or restore them, or use --force";
}

}  // namespace thumbs::engine
