// Compares paths by the hash of what they are with case folded.
#include "rules/conflicts.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "disk/atomic_file.h"
#include "manifest/names.h"
#include "path/fold_case.h"
#include "path/path.h"

namespace thumbs::rules {
namespace {

std::string describe(const graph::Graph& graph, const graph::Output& output) {
  const Variant& variant = graph.variant_of(output);
  // One of several formats has no name of its own.
  const std::string format =
      variant.statement.format ? ", format \"" + std::string(manifest::name_of(variant.format)) + "\"" : "";
  return "\"" + std::string(output.source->path) + "\" (set \"" + graph.set_of(output).name + "\", variant \"" +
         variant.name + "\"" + format + ")";
}

// Tokens that tell the two outputs apart.
std::string tokens_apart(const graph::Graph& graph, const graph::Output& a, const graph::Output& b) {
  const bool formats = a.source == b.source && graph.variant_of(a).name == graph.variant_of(b).name;
  return formats ? "{ext}" : "{variant}, {dir} or {sourceExt}";
}

Diagnostic fault_of(const graph::Graph& graph, const graph::Output& output, std::string message) {
  return graph.manifest->at("/sets/" + std::to_string(output.rule->set) + "/path", std::move(message));
}

// A manifest with a bad template clashes once for each source: that many lines help nobody.
constexpr std::size_t k_most_faults = 20;

// The outputs by the hash of their path with case folded.
class ByPath {
 public:
  explicit ByPath(const graph::Graph& graph) : graph_(graph) {
    entries_.reserve(graph.outputs.size());
    for (std::uint32_t i = 0; i < graph.outputs.size(); ++i)
      if (!graph.outputs[i].path.empty()) entries_.emplace_back(hash(graph.outputs[i].path), i);
    std::sort(entries_.begin(), entries_.end());
  }

  /// Calls `found` with each two neighbours on one path.
  template <class Found>
  void each_two(Found found) const {
    for (std::size_t i = 1; i < entries_.size(); ++i) {
      const graph::Output& b = graph_.outputs[entries_[i].second];
      for (std::size_t j = i; j > 0 && entries_[j - 1].first == entries_[i].first; --j) {
        const graph::Output& a = graph_.outputs[entries_[j - 1].second];
        if (fold_case(a.path) != fold_case(b.path)) continue;
        found(a, b);
        break;
      }
    }
  }

  const graph::Output* find(std::string_view path) const {
    const std::pair<std::uint32_t, std::uint32_t> first{hash(path), 0};
    for (auto at = std::lower_bound(entries_.begin(), entries_.end(), first);
         at != entries_.end() && at->first == first.first; ++at)
      if (fold_case(graph_.outputs[at->second].path) == fold_case(path)) return &graph_.outputs[at->second];
    return nullptr;
  }

 private:
  // 32 bits: of a million paths a few share theirs by chance, and are compared.
  static std::uint32_t hash(std::string_view path) {
    return static_cast<std::uint32_t>(std::hash<std::string>{}(fold_case(path)));
  }

  const graph::Graph& graph_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> entries_;
};

// The folders that outputs lie in, with an output of each.
std::map<std::string_view, const graph::Output*> folders_of(const graph::Graph& graph) {
  std::map<std::string_view, const graph::Output*> folders;
  std::string_view last;
  for (const graph::Output& output : graph.outputs) {
    const std::string_view parent = parent_of(output.path);
    // Neighbours share their folders, and who has a folder has those above it.
    for (std::string_view folder = parent;
         !folder.empty() && folder != last && folders.try_emplace(folder, &output).second;)
      folder = parent_of(folder);
    last = parent;
  }
  return folders;
}

}  // namespace

void find_conflicts(graph::Graph& graph) {
  std::size_t count = 0;
  const auto fault = [&](const graph::Output& output, const std::string& message) {
    if (++count <= k_most_faults) graph.faults.push_back(fault_of(graph, output, message));
  };
  for (const graph::Output& output : graph.outputs) {
    if (!output.path.empty() && output.path == output.source->path)
      fault(output, "the output of " + describe(graph, output) +
                        " would overwrite its own source: change \"output\" or \"path\"");
    if (output.path.substr(output.path.rfind('/') + 1).starts_with(disk::k_temporary_prefix))
      fault(output, "the output of " + describe(graph, output) + " would be \"" + std::string(output.path) +
                        "\", the name of a temporary file, which thumbs deletes: change \"path\"");
  }
  const ByPath by_path(graph);
  by_path.each_two([&](const graph::Output& a, const graph::Output& b) {
    fault(b, describe(graph, a) + " and " + describe(graph, b) + " would both write \"" + std::string(a.path) + "\"" +
                 (a.path == b.path ? "" : " (\"" + std::string(b.path) + "\" on file systems that ignore case)") +
                 ": use different outputs or paths, for example with " + tokens_apart(graph, a, b));
  });
  for (const auto& [folder, inside] : folders_of(graph)) {
    const graph::Output* const file = by_path.find(folder);
    if (file != nullptr)
      fault(*file, describe(graph, *file) + " would write \"" + std::string(file->path) +
                       "\", which is also the folder of \"" + std::string(inside->path) + "\", the output of " +
                       describe(graph, *inside) + ": change \"output\" or \"path\"");
  }
}

void refuse_reserved(const graph::Graph& graph, const std::vector<std::string>& reserved) {
  std::vector<std::string> folded;
  for (const std::string& path : reserved) folded.push_back(fold_case(path));
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  std::vector<Diagnostic> faults;
  for (const graph::Output& output : graph.outputs) {
    for (std::size_t i = 0; i < folded.size(); ++i) {
      const std::size_t size = folded[i].size();
      if (output.path.size() < size) continue;
      // Nearly every output differs here already, and costs no folding.
      if (lower(output.path[0]) != folded[i][0] || lower(output.path[size - 1]) != folded[i][size - 1]) continue;
      const std::string path = fold_case(output.path.substr(0, size + 1));
      if (path != folded[i] && path != folded[i] + "/") continue;
      faults.push_back(fault_of(graph, output,
                                "the output of " + describe(graph, output) + " would overwrite \"" + reserved[i] +
                                    "\", which thumbs itself uses: change \"output\" or \"path\""));
    }
    if (faults.size() == k_most_faults) break;
  }
  if (!faults.empty()) throw ManifestError(std::move(faults));
}

}  // namespace thumbs::rules
