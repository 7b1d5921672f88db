// Looks at folders by device and inode, for a folder may have several names.
#include "engine/refuse.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/places.h"
#include "engine/scan_sources.h"
#include "path/path.h"
#include "rules/conflicts.h"
#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

using FolderId = std::pair<std::uint64_t, std::uint64_t>;  // device, inode

// The nearest thing above `folder` that is there must be a folder.
void require_folder(const RunContext& run, const graph::Output& output, std::string folder) {
  while (true) {
    const std::optional<disk::FileStat> stat = try_stat(run, folder);
    if (!stat || stat->kind == disk::FileKind::directory) return;
    if (stat->kind != disk::FileKind::missing)
      throw ManifestError({run.manifest.at("/sets/" + std::to_string(output.rule->set) + "/output",
                                           "\"" + std::string(output.path) + "\" cannot be written: \"" + folder +
                                               "\" is not a folder: move it away, or change \"output\" or \"path\"")});
    if (folder.empty()) return;
    folder = std::string(parent_of(folder));
  }
}

std::map<FolderId, std::string> source_folders(const RunContext& run, const graph::Graph& graph) {
  std::map<FolderId, std::string> folders;
  std::string_view last = "\n";
  for (const graph::Source& source : graph.sources) {
    const std::string_view folder = parent_of(source.path);
    if (folder == last) continue;
    last = folder;
    const std::optional<disk::FileStat> stat = try_stat(run, std::string(folder));
    if (stat && stat->kind == disk::FileKind::directory)
      folders.try_emplace({stat->device, stat->stat_data.inode}, folder);
  }
  return folders;
}

void refuse_source(const RunContext& run, const graph::Graph& graph, const graph::Output& output,
                   const std::string& alias) {
  if (graph::find_source(graph, alias) == nullptr) return;
  throw ManifestError({run.manifest.at("/sets/" + std::to_string(output.rule->set) + "/output",
                                       "\"" + std::string(output.path) + "\" is the source \"" + alias +
                                           "\", reached through a link: change \"output\" or \"path\"")});
}

void keep_outputs_from_reports(const RunContext& run, const graph::Graph& graph) {
  for (const std::string& absolute : run.options.reserved_files) {
    try {
      const std::string path = report_path(run, absolute);
      if (!path.empty()) rules::refuse_reserved(graph, {path});
    } catch (const ManifestError& error) {
      throw Error(ErrorCode::usage, error.diagnostics().front().message, absolute);
    }
  }
}

}  // namespace

void refuse_conflicts(const RunContext& run, graph::Graph& graph) {
  rules::find_conflicts(graph);
  if (!graph.faults.empty()) throw ManifestError(std::move(graph.faults));
  keep_outputs_from_reports(run, graph);
  rules::refuse_reserved(graph, reserved_paths(run));
}

void refuse_unwritable_places(const RunContext& run, const graph::Graph& graph) {
  const auto is_stale = [](const graph::Output& output) { return output.stale != nullptr; };
  std::map<std::string, std::string, std::less<>> source_folder_of;  // output folder → source folder that it is
  std::map<FolderId, std::string> folders;
  if (std::ranges::any_of(graph.outputs, is_stale)) folders = source_folders(run, graph);
  const auto check = [&](const graph::Output& output) {
    const std::string folder(parent_of(output.path));
    auto known = source_folder_of.find(folder);
    if (known == source_folder_of.end()) {
      require_folder(run, output, folder);
      const disk::FileStat stat = try_stat(run, folder).value_or(disk::FileStat{});
      const auto same = folders.find({stat.device, stat.stat_data.inode});
      const bool alias = stat.kind == disk::FileKind::directory && same != folders.end() && same->second != folder;
      known = source_folder_of.emplace(folder, alias ? same->second : folder).first;
    }
    if (known->second != folder)
      refuse_source(run, graph, output,
                    join_path(known->second, output.path.substr(folder.empty() ? 0 : folder.size() + 1)));
  };
  for (const graph::Output& output : graph.outputs)
    if (output.stale != nullptr && !output.path.empty()) check(output);
  // What is fresh may still be found as a new source, by way of a mount: thumbnails of thumbnails without end.
  if (folders.empty()) return;
  for (const graph::Output& output : graph.outputs)
    if (!output.path.empty() && output.selected()) check(output);
}

}  // namespace thumbs::engine
