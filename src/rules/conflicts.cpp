// Finds outputs that would be written over each other, over sources, or where a folder must be.
#include "rules/conflicts.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

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

// A hash table of the outputs by their path with case folded: a slot holds the hash, and the output's number from 1.
class ByPath {
 public:
  /// Calls `found` with each output and the one before it on the same path.
  template <class Found>
  ByPath(const graph::Graph& graph, Found found) : graph_(graph), slots_(graph.outputs.size() * 5 / 4 + 1) {
    for (std::uint32_t i = 0; i < graph.outputs.size(); ++i) {
      const graph::Output& output = graph.outputs[i];
      if (output.path.empty()) continue;
      const std::string folded = fold_case(output.path);
      Slot& slot = slots_[slot_of(folded)];
      if (slot.number != 0) found(output_in(slot), output);
      slot = {.hash = hash(folded), .number = i + 1};
    }
  }

  const graph::Output* find(std::string_view path) const {
    const Slot& slot = slots_[slot_of(fold_case(path))];
    return slot.number == 0 ? nullptr : &output_in(slot);
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = 0;  ///< 0: free
  };

  static std::uint32_t hash(std::string_view folded) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>{}(folded));
  }

  const graph::Output& output_in(const Slot& slot) const { return graph_.outputs[slot.number - 1]; }

  // The slot that holds the path, or else the free one where it belongs.
  std::size_t slot_of(std::string_view folded) const {
    const std::uint32_t wanted = hash(folded);
    std::size_t at = static_cast<std::uint64_t>(wanted) * slots_.size() >> 32;
    for (;; at = at + 1 < slots_.size() ? at + 1 : 0) {
      const Slot& slot = slots_[at];
      // Of a million paths a few share 32 bits of hash by chance.
      if (slot.number == 0 || (slot.hash == wanted && fold_case(output_in(slot).path) == folded)) return at;
    }
  }

  const graph::Graph& graph_;
  std::vector<Slot> slots_;
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
  const ByPath by_path(graph, [&](const graph::Output& a, const graph::Output& b) {
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
