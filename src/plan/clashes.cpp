// Compares paths by the hash of what they are with case folded.
#include "plan/clashes.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>
#include <utility>

#include "disk/atomic_file.h"
#include "path/fold_case.h"
#include "path/path.h"
#include "scan/scan.h"

namespace thumbs {
namespace {

std::string describe(const Manifest& manifest, const Targets& targets, const Target& target) {
  const Set& set = manifest.sets[target.set];
  return "\"" + targets.list.sources[target.source].path + "\" (set \"" + set.name + "\", variant \"" +
         set.variants[target.variant].name + "\")";
}

// A manifest with a bad template clashes once for each source: that many lines help nobody.
constexpr std::size_t k_most_faults = 20;

// The outputs by the hash of their path with case folded.
class ByPath {
 public:
  explicit ByPath(const Targets& targets) : targets_(targets) {
    entries_.reserve(targets.outputs.size());
    for (std::uint32_t i = 0; i < targets.outputs.size(); ++i)
      if (!targets.outputs[i].output.empty()) entries_.emplace_back(hash(targets.outputs[i].output), i);
    std::sort(entries_.begin(), entries_.end());
  }

  /// Calls `found` with each two neighbours on one path.
  template <class Found>
  void each_two(Found found) const {
    for (std::size_t i = 1; i < entries_.size(); ++i) {
      if (entries_[i].first != entries_[i - 1].first) continue;
      const Target& a = targets_.outputs[entries_[i - 1].second];
      const Target& b = targets_.outputs[entries_[i].second];
      if (fold_case(a.output) == fold_case(b.output)) found(a, b);
    }
  }

  const Target* find(std::string_view path) const {
    const std::pair<std::size_t, std::uint32_t> first{hash(path), 0};
    for (auto at = std::lower_bound(entries_.begin(), entries_.end(), first);
         at != entries_.end() && at->first == first.first; ++at)
      if (fold_case(targets_.outputs[at->second].output) == fold_case(path)) return &targets_.outputs[at->second];
    return nullptr;
  }

 private:
  static std::size_t hash(std::string_view path) { return std::hash<std::string>{}(fold_case(path)); }

  const Targets& targets_;
  std::vector<std::pair<std::size_t, std::uint32_t>> entries_;
};

// The folders that outputs lie in, with an output of each.
std::map<std::string_view, const Target*> folders_of(const Targets& targets) {
  std::map<std::string_view, const Target*> folders;
  std::string_view last;
  for (const Target& target : targets.outputs) {
    std::string_view folder = parent_of(target.output);
    // Neighbours share their folders, and who has a folder has those above it.
    while (!folder.empty() && folder != last && folders.try_emplace(folder, &target).second) folder = parent_of(folder);
    last = parent_of(target.output);
  }
  return folders;
}

}  // namespace

void find_clashes(const Manifest& manifest, const Targets& targets, std::vector<Diagnostic>& faults) {
  std::size_t count = 0;
  const auto fault = [&](const Target& target, const std::string& message) {
    if (++count <= k_most_faults)
      faults.push_back(manifest.at("/sets/" + std::to_string(target.set) + "/path", message));
  };
  for (const Target& target : targets.outputs) {
    if (!target.output.empty() && target.output == targets.list.sources[target.source].path)
      fault(target, "the output of " + describe(manifest, targets, target) +
                        " would be written onto its own source: change output or path");
    if (std::string_view(target.output).substr(target.output.rfind('/') + 1).starts_with(k_temporary_prefix))
      fault(target, "the output of " + describe(manifest, targets, target) + " would be \"" + target.output +
                        "\", a name that stands for temporary files and is swept: change path");
  }
  const ByPath by_path(targets);
  by_path.each_two([&](const Target& a, const Target& b) {
    fault(b, describe(manifest, targets, a) + " and " + describe(manifest, targets, b) + " would both write \"" +
                 a.output + "\"" + (a.output == b.output ? "" : " (\"" + b.output + "\" where case does not count)") +
                 ": tell them apart by output or path, e.g. with {variant}, {dir} or {sourceExt}");
  });
  for (const auto& [folder, inside] : folders_of(targets)) {
    const Target* const file = by_path.find(folder);
    if (file != nullptr)
      fault(*file, describe(manifest, targets, *file) + " would write \"" + file->output +
                       "\", which is a folder of \"" + inside->output + "\", the output of " +
                       describe(manifest, targets, *inside) + ": change output or path");
  }
}

void refuse_reserved(const Manifest& manifest, const Targets& targets, const std::vector<std::string>& reserved) {
  std::vector<std::string> folded;
  for (const std::string& path : reserved) folded.push_back(fold_case(path));
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  std::vector<Diagnostic> faults;
  for (const Target& target : targets.outputs) {
    for (std::size_t i = 0; i < folded.size(); ++i) {
      const std::size_t size = folded[i].size();
      if (target.output.size() < size) continue;
      // Nearly every output differs here already, and costs no folding.
      if (lower(target.output[0]) != folded[i][0] || lower(target.output[size - 1]) != folded[i][size - 1]) continue;
      const std::string output = fold_case(std::string_view(target.output).substr(0, size + 1));
      if (output != folded[i] && output != folded[i] + "/") continue;
      faults.push_back(manifest.at("/sets/" + std::to_string(target.set) + "/path",
                                   "the output of " + describe(manifest, targets, target) +
                                       " would be written onto \"" + reserved[i] +
                                       "\", which thumbs itself needs: change output or path"));
    }
    if (faults.size() == k_most_faults) break;
  }
  if (!faults.empty()) throw ManifestError(std::move(faults));
}

}  // namespace thumbs
