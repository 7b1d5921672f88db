// Outputs were looked at for their state already; beside that, one folder is listed.
#include "engine/pictures.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "disk/replaced_files.h"
#include "engine/own_folder.h"
#include "path/path.h"
#include "support/hash.h"

namespace thumbs::engine {
namespace {

using OutputsByPath = std::unordered_map<std::string_view, const graph::Output*>;
using ReplacedByKey = std::unordered_map<Hash128, disk::ReplacedFile>;

OutputsByPath outputs_by_path(const graph::Graph& graph) {
  OutputsByPath found;
  for (const std::vector<graph::Output>* outputs : {&graph.outputs, &graph.leftovers})
    for (const graph::Output& output : *outputs) found.emplace(output.path, &output);
  return found;
}

ReplacedByKey replaced_by_key(const RunContext& run) {
  ReplacedByKey found;
  for (disk::ReplacedFile& file : disk::list_replaced(run.disk, before_folder(run.manifest)))
    found.emplace(file.name.key, std::move(file));
  return found;
}

// The record knows the size in pixels of what it describes, not of what somebody put in its place.
PictureFile picture_at(const graph::Output& output) {
  const cache::OutputRecord* const record = output.record;
  const std::uint64_t bytes = output.stat_data.size;
  PictureFile picture{std::string(output.path), 0, 0, bytes};
  if (record == nullptr || (record->stat_known() && record->size != bytes)) return picture;
  picture.width = static_cast<int>(record->width);
  picture.height = static_cast<int>(record->height);
  return picture;
}

// A build that was killed before it replaced the thumbnail leaves a second name of the same file: no before.
std::optional<PictureFile> picture_before(const RunContext& run, const graph::Output& output,
                                          const ReplacedByKey& replaced) {
  if (replaced.empty()) return std::nullopt;
  const auto found = replaced.find(disk::replaced_key(run.manifest.cache, output.path));
  if (found == replaced.end()) return std::nullopt;
  const auto& [name, entry] = found->second;
  if (entry.stat.stat_data.inode == output.stat_data.inode) return std::nullopt;
  return PictureFile{join_path(before_folder(run.manifest), entry.name), name.width, name.height,
                     entry.stat.stat_data.size};
}

void add_pictures(const RunContext& run, const graph::Graph& graph, Report& report) {
  const OutputsByPath outputs = outputs_by_path(graph);
  const ReplacedByKey replaced = replaced_by_key(run);
  for (Item& item : report.items) {
    const auto found = item.output ? outputs.find(*item.output) : outputs.end();
    if (found == outputs.end() || found->second->kind != disk::FileKind::regular) continue;
    const graph::Output& output = *found->second;
    item.pictures = std::make_shared<Pictures>(Pictures{picture_at(output), picture_before(run, output, replaced)});
  }
}

// As far as the cache knows.
void add_causes(cache::Cache& cache, Report& report) {
  const auto has_failed = [](const Item& item) {
    return item.reason == Reason::retry && item.output && !item.changes.empty();
  };
  if (std::ranges::none_of(report.items, has_failed)) return;
  const std::vector<cache::FailureRecord> failures = cache.load_failures();  // sorted
  for (Item& item : report.items) {
    if (!has_failed(item)) continue;
    const auto found = std::ranges::lower_bound(failures, *item.output, {}, &cache::FailureRecord::output);
    if (found != failures.end() && found->output == *item.output) item.changes.front().after = found->message;
  }
}

}  // namespace

void add_gallery_details(const RunContext& run, cache::Cache& cache, const graph::Graph& graph, Report& report) {
  add_pictures(run, graph, report);
  add_causes(cache, report);
}

}  // namespace thumbs::engine
