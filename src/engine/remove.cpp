// Careful removal: only what a record describes, and nothing that somebody touched.
#include "engine/remove.h"

#include <algorithm>
#include <ranges>
#include <unordered_map>

#include "disk/content.h"
#include "path/fold_case.h"
#include "path/path.h"
#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

// Looked at once more, for a whole build may have passed since the first look: what was touched meanwhile is hashed.
bool is_unchanged(const RunContext& run, const graph::Output& output) {
  const cache::OutputRecord& record = *output.record;
  const std::string path(record.path);
  const disk::FileStat now = run.disk.stat(path, false);
  if (now.kind != disk::FileKind::regular || (record.stat_known() && now.stat_data.size != record.size)) return false;
  const bool as_seen = now.stat_data == output.stat_data;
  if (as_seen && now.stat_data.mtime_ns == record.mtime_ns && !run.options.verify) return true;
  std::uint64_t bytes = 0;
  const disk::Content content = disk::read_content(run.disk, path, &bytes, {}, [&] { return run.stopped(); });
  run.tally.bytes_read += bytes;
  run.tally.hashed(path);
  return content.hash == record.hash;
}

// Current outputs by their names with case folded. Where case does not count a source that was renamed from A to a has
// its thumbnail in the very file that the record of the old name describes.
class OtherSpellings {
 public:
  OtherSpellings(const RunContext& run, const graph::Graph& graph) : run_(run) {
    for (const graph::Output& output : graph.outputs) outputs_.emplace(fold_case(output.path), output.path);
  }

  /// Whether `path` leads to the file of an output that is spelled differently.
  bool has(const std::string& path) const {
    const auto found = outputs_.find(fold_case(path));
    if (found == outputs_.end() || found->second == path) return false;
    const disk::FileStat one = run_.disk.stat(path, false);
    const disk::FileStat other = run_.disk.stat(std::string(found->second), false);
    return one.kind != disk::FileKind::missing && one.device == other.device &&
           one.stat_data.inode == other.stat_data.inode;
  }

 private:
  const RunContext& run_;
  std::unordered_map<std::string, std::string_view> outputs_;
};

// Of a cache that was lost nobody knows which folders a build made; but outside of all sources, what lies below an
// output folder is there for outputs.
bool is_for_outputs(const Manifest& manifest, const std::string& folder) {
  const auto has_source = [&](const Set& set) { return is_at_or_below(folder, set.source); };
  const auto has_output = [&](const Set& set) { return folder != set.output && is_at_or_below(folder, set.output); };
  const auto is_root = [&](const Set& set) { return folder == set.output; };
  return std::ranges::any_of(manifest.sets, has_output) && std::ranges::none_of(manifest.sets, has_source) &&
         std::ranges::none_of(manifest.sets, is_root);
}

}  // namespace

EmptyFolders::EmptyFolders(disk::Disk& disk, const Manifest& manifest, const std::vector<std::string>& made)
    : disk_(disk), manifest_(manifest), made_(made.begin(), made.end()) {}

bool EmptyFolders::may_go(const std::string& folder) const {
  const bool is_source = std::ranges::any_of(manifest_.sets, [&](const Set& set) { return set.source == folder; });
  return !is_source && (made_.contains(folder) || is_for_outputs(manifest_, folder));
}

void EmptyFolders::remove_above(const std::string& path) {
  std::string folder(parent_of(path));
  while (!folder.empty() && may_go(folder)) {
    const bool gone = disk_.remove_empty_directory(folder) || disk_.stat(folder, false).kind == disk::FileKind::missing;
    if (!gone) return;
    if (made_.erase(folder) != 0) removed_.push_back(folder);
    folder = parent_of(folder);
  }
}

Removal remove_outputs(const RunContext& run, const graph::Graph& graph, const std::vector<graph::Output*>& outputs,
                       const std::vector<std::string>& made_folders) {
  Removal removal;
  if (outputs.empty()) return removal;
  EmptyFolders empty(run.disk, run.manifest, made_folders);
  const bool all_go = run.options.command == Command::clean;
  const OtherSpellings others(run, graph);
  for (graph::Output* const output : outputs) {
    if (run.stopped()) break;
    const std::string path(output->path);
    try {
      if (!all_go && others.has(path)) {
        output->untracked = true;
        continue;
      }
      if (!is_unchanged(run, *output)) {
        output->untracked = true;
        removal.warnings.push_back(path + ": modified since thumbs wrote it: keeping the file, no longer tracking it");
        continue;
      }
      run.disk.remove(path);
      output->removed = true;
      empty.remove_above(path);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::interrupted) break;
      removal.errors.push_back(error.what());
    }
  }
  removal.folders = empty.take_removed();
  return removal;
}

}  // namespace thumbs::engine
