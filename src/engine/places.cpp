// Compares folders by their real paths, and by device and inode.
#include "engine/places.h"

#include <algorithm>
#include <map>
#include <utility>

#include "path/path.h"
#include "plan/orphans.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

using FolderId = std::pair<std::uint64_t, std::uint64_t>;  // device, inode

// The nearest thing above `folder` that is there must be a folder.
void require_folder(const RunContext& context, const Target& target, std::string folder) {
  while (true) {
    const std::optional<FileStat> stat = try_stat(context, folder);
    if (!stat || stat->kind == FileKind::directory) return;
    if (stat->kind != FileKind::missing)
      throw ManifestError({context.manifest.at("/sets/" + std::to_string(target.set) + "/output",
                                               "\"" + target.output + "\" cannot be written: \"" + folder +
                                                   "\" is no folder: move it away, or change output or path")});
    if (folder.empty()) return;
    folder = std::string(parent_of(folder));
  }
}

std::map<FolderId, std::string> source_folders(const RunContext& context, const Survey& facts) {
  std::map<FolderId, std::string> folders;
  std::string_view last = "\n";
  for (const Source& source : facts.targets.list.sources) {
    const std::string_view folder = parent_of(source.path);
    if (folder == last) continue;
    last = folder;
    const std::optional<FileStat> stat = try_stat(context, std::string(folder));
    if (stat && stat->kind == FileKind::directory) folders.try_emplace({stat->device, stat->stat_data.inode}, folder);
  }
  return folders;
}

void refuse_source(const RunContext& context, const Survey& facts, const Target& target, const std::string& alias) {
  const auto& sources = facts.targets.list.sources;
  const auto found = std::lower_bound(sources.begin(), sources.end(), alias,
                                      [](const Source& source, const std::string& path) { return source.path < path; });
  if (found == sources.end() || found->path != alias) return;
  throw ManifestError({context.manifest.at("/sets/" + std::to_string(target.set) + "/output",
                                           "\"" + target.output + "\" is the source \"" + alias +
                                               "\" under another name (a link leads there): change output or path")});
}

}  // namespace

std::string try_real_path(const DiskReader& disk, const std::string& path) {
  try {
    return disk.real_path(path);
  } catch (const Error&) {
    return {};
  }
}

bool is_same_file(const FileStat& a, const FileStat& b) {
  return a.kind == b.kind && a.device == b.device && a.stat_data.inode == b.stat_data.inode;
}

std::optional<FileStat> try_stat(const RunContext& context, const std::string& folder) {
  try {
    return context.disk.stat(folder, true);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::vector<Alias> output_aliases(const RunContext& context) {
  const std::vector<Set>& sets = context.manifest.sets;
  std::vector<std::string> sources;
  for (const Set& set : sets) sources.push_back(try_real_path(context.disk, set.source));
  std::vector<Alias> aliases;
  for (std::uint32_t i = 0; i < sets.size(); ++i) {
    const std::string output = try_real_path(context.disk, sets[i].output);
    for (std::size_t s = 0; s < sets.size(); ++s) {
      if (output.empty() || sources[s].empty() || !is_at_or_below(output, sources[s])) continue;
      const std::size_t root = std::min(output.size(), sources[s].size() + 1);
      const std::string folder = normalise_path(join_path(sets[s].source, output.substr(root)));
      if (folder != sets[i].output) aliases.push_back({i, folder});
    }
  }
  return aliases;
}

void check_output_places(const RunContext& context, const Survey& facts, const Plan& plan) {
  std::map<std::string, std::string, std::less<>> source_folder_of;  // output folder → source folder that it is
  std::map<FolderId, std::string> folders;
  if (!plan.tasks.empty() || !plan.followers.empty()) folders = source_folders(context, facts);
  const auto check = [&](const Target& target) {
    const std::string folder(parent_of(target.output));
    auto known = source_folder_of.find(folder);
    if (known == source_folder_of.end()) {
      require_folder(context, target, folder);
      const FileStat stat = try_stat(context, folder).value_or(FileStat{});
      const auto same = folders.find({stat.device, stat.stat_data.inode});
      const bool alias = stat.kind == FileKind::directory && same != folders.end() && same->second != folder;
      known = source_folder_of.emplace(folder, alias ? same->second : folder).first;
    }
    if (known->second != folder)
      refuse_source(
          context, facts, target,
          join_path(known->second, std::string_view(target.output).substr(folder.empty() ? 0 : folder.size() + 1)));
  };
  for (const std::vector<Task>* tasks : {&plan.tasks, &plan.followers})
    for (const Task& task : *tasks)
      for (const Job& job : task.jobs)
        if (!facts.targets.outputs[job.target].output.empty()) check(facts.targets.outputs[job.target]);
  // What is fresh may still be found as a new source, by way of a mount: thumbnails of thumbnails without end.
  if (folders.empty()) return;
  for (const Target& target : facts.targets.outputs)
    if (!target.output.empty() && facts.selected[target.source]) check(target);
}

}  // namespace thumbs
