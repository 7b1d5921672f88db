// Careful removal: only what a row describes, and nothing that somebody touched.
#include "engine/prune.h"

#include <algorithm>
#include <ranges>
#include <unordered_map>

#include "disk/content.h"
#include "path/fold_case.h"
#include "path/path.h"
#include "thumbs/error.h"

namespace thumbs {
namespace {

// Looked at once more, for a whole build may have passed since the survey: what was touched meanwhile is hashed.
bool is_unchanged(const RunContext& context, const Survey& facts, std::uint32_t row_index) {
  const OutputRecord& row = facts.rows.outputs[row_index];
  const FileStat stat = context.disk.stat(row.path, false);
  const bool as_surveyed = stat.stat_data == facts.facts.stats[row_index].stat_data;
  if (stat.kind != FileKind::regular || (row.stat_known() && stat.stat_data.size != row.size)) return false;
  if (as_surveyed && stat.stat_data.mtime_ns == row.mtime_ns && !context.options.verify) return true;
  std::uint64_t bytes = 0;
  const Content content = read_content(context.disk, row.path, &bytes, {}, [&] { return context.stopped(); });
  context.tally.bytes_read += bytes;
  context.tally.hashed(row.path);
  return content.hash == row.hash;
}

// Current outputs by their names with case folded. Where case does not count a source that was renamed from A to a has
// its thumbnail in the very file that the row of the old name describes.
class OtherSpellings {
 public:
  OtherSpellings(const RunContext& context, const Survey& facts) : context_(context) {
    for (const Target& target : facts.targets.outputs) outputs_.emplace(fold_case(target.output), &target.output);
  }

  /// Whether `path` leads to the file of an output that is spelled differently.
  bool has(const std::string& path) const {
    const auto found = outputs_.find(fold_case(path));
    if (found == outputs_.end() || *found->second == path) return false;
    const FileStat one = context_.disk.stat(path, false);
    const FileStat other = context_.disk.stat(*found->second, false);
    return one.kind != FileKind::missing && one.device == other.device && one.stat_data.inode == other.stat_data.inode;
  }

 private:
  const RunContext& context_;
  std::unordered_map<std::string, const std::string*> outputs_;
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

EmptyFolders::EmptyFolders(Disk& disk, const Manifest& manifest, const std::vector<std::string>& made)
    : disk_(disk), manifest_(manifest), made_(made.begin(), made.end()) {}

bool EmptyFolders::may_go(const std::string& folder) const {
  const bool is_source = std::ranges::any_of(manifest_.sets, [&](const Set& set) { return set.source == folder; });
  return !is_source && (made_.contains(folder) || is_for_outputs(manifest_, folder));
}

void EmptyFolders::remove_above(const std::string& path) {
  std::string folder(parent_of(path));
  while (!folder.empty() && may_go(folder)) {
    const bool gone = disk_.remove_empty_directory(folder) || disk_.stat(folder, false).kind == FileKind::missing;
    if (!gone) return;
    if (made_.erase(folder) != 0) removed_.push_back(folder);
    folder = parent_of(folder);
  }
}

Removal remove_outputs(const RunContext& context, const Survey& facts, const std::vector<std::uint32_t>& rows,
                       const std::vector<std::string>& made_folders) {
  Removal removal;
  if (rows.empty()) return removal;
  EmptyFolders empty(context.disk, context.manifest, made_folders);
  const bool all_go = context.options.command == Command::clean;
  const OtherSpellings others(context, facts);
  for (const std::uint32_t row_index : rows) {
    if (context.stopped()) break;
    const OutputRecord& row = facts.rows.outputs[row_index];
    try {
      if (!all_go && others.has(row.path)) {
        removal.kept.push_back(row_index);
        continue;
      }
      if (!is_unchanged(context, facts, row_index)) {
        removal.kept.push_back(row_index);
        removal.warnings.push_back(row.path + ": changed since it was made; kept, and no longer looked after");
        continue;
      }
      context.disk.remove(row.path);
      removal.removed.push_back(row_index);
      empty.remove_above(row.path);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::interrupted) break;
      removal.failed.push_back(row_index);
      removal.errors.push_back(error.what());
    }
  }
  removal.folders = empty.take_removed();
  return removal;
}

}  // namespace thumbs
