// Orphans and outputs that no rule makes any more keep their paths taken: a whole run knows what to do there.
#include "engine/last_run.h"

#include <algorithm>

#include "manifest/side_files.h"
#include "path/fold_case.h"
#include "path/path.h"
#include "support/hash.h"
#include "thumbs/error.h"

namespace thumbs::engine {
namespace {

bool is_same(const disk::FileStat& a, const disk::FileStat& b) {
  return a.kind == b.kind && a.device == b.device && a.stat_data == b.stat_data;
}

std::vector<disk::FileStat> stat_files_of_ours(const disk::DiskReader& disk, const Manifest& manifest) {
  std::vector<disk::FileStat> stats{disk.stat(manifest.cache, true)};
  for (const std::string& file : manifest::side_files(manifest)) stats.push_back(disk.stat(file, true));
  return stats;
}

}  // namespace

std::uint64_t LastRun::Paths::of(std::string_view path) const {
  return letters_ == Case::folded ? hash_text(fold_case(path)).low : hash_text(path).low;
}

void LastRun::Paths::clear() {
  sorted_.clear();
  added_.clear();
  removed_.clear();
  several_.clear();
}

void LastRun::Paths::sort() {
  std::ranges::sort(sorted_);
  for (std::size_t i = 1; i < sorted_.size(); ++i)
    if (sorted_[i] == sorted_[i - 1]) several_.insert(sorted_[i]);
  sorted_.erase(std::unique(sorted_.begin(), sorted_.end()), sorted_.end());
}

void LastRun::Paths::add(std::string_view path) {
  const std::uint64_t hash = of(path);
  removed_.erase(hash);
  if (!std::ranges::binary_search(sorted_, hash)) added_.insert(hash);
}

void LastRun::Paths::remove(std::string_view path) {
  added_.erase(of(path));
  removed_.insert(of(path));
}

bool LastRun::Paths::has(std::string_view path) const {
  const std::uint64_t hash = of(path);
  return (std::ranges::binary_search(sorted_, hash) || added_.contains(hash)) && !removed_.contains(hash);
}

bool LastRun::Paths::has_several(std::string_view path) const { return several_.contains(of(path)); }

void LastRun::decided(const graph::Graph& graph) {
  for (Paths* const paths : {&sources_, &outputs_, &folders_}) paths->clear();
  sources_.reserve(graph.sources.size());
  for (const graph::Source& source : graph.sources) sources_.take(source.path);
  outputs_.reserve(graph.outputs.size() + graph.leftovers.size());
  std::string_view last = "\n";
  for (const std::vector<graph::Output>* const outputs : {&graph.outputs, &graph.leftovers})
    for (const graph::Output& output : *outputs) {
      if (output.path.empty()) continue;
      outputs_.take(output.path);
      const std::string_view folder = parent_of(output.path);
      if (folder == last) continue;
      last = folder;
      for (std::string_view above = folder; !above.empty(); above = parent_of(above)) folders_.take(above);
    }
  for (Paths* const paths : {&sources_, &outputs_, &folders_}) paths->sort();
  orphans_.clear();
}

void LastRun::decided_part(const std::vector<std::string>& sources, const graph::Graph& graph) {
  for (const std::string& source : sources) {
    if (graph::find_source(graph, source) == nullptr)
      sources_.remove(source);
    else
      sources_.add(source);
  }
  for (const cache::OutputRecord& record : graph.records.outputs)
    if (const auto known = orphans_.find(record.path); known != orphans_.end()) orphans_.erase(known);
  for (const graph::Output& output : graph.outputs) {
    if (output.path.empty()) continue;
    outputs_.add(output.path);
    for (std::string_view above = parent_of(output.path); !above.empty(); above = parent_of(above)) folders_.add(above);
  }
}

void LastRun::ended(const disk::DiskReader& disk, const Manifest& manifest, const Report& report) {
  for (const Item& item : report.items)
    if (item.status == Status::orphan && item.output) orphans_.insert(*item.output);
  files_.reset();
  if (!report.errors.empty() || report.interrupted) return;
  try {
    files_ = stat_files_of_ours(disk, manifest);
  } catch (const Error&) {
    // A whole run will tell.
  }
}

bool LastRun::files_stand(const disk::DiskReader& disk, const Manifest& manifest) const {
  try {
    return files_ && std::ranges::equal(*files_, stat_files_of_ours(disk, manifest), is_same);
  } catch (const Error&) {
    return false;
  }
}

bool LastRun::leaves_room_for(const disk::DiskReader& disk, const graph::Output& output) const {
  const bool was_there = sources_.has(output.source->path);
  if (was_there && !output.selected()) return true;
  if (output.record != nullptr && output.record->source == output.source->path) {
    if (was_there) return true;
    if (orphans_.contains(output.path) && !outputs_.has_several(output.path)) return true;
  }
  if (outputs_.has(output.path) || folders_.has(output.path)) return false;
  const std::string folder(parent_of(output.path));
  for (std::string_view above = folder; !above.empty(); above = parent_of(above))
    if (outputs_.has(above)) return false;
  return folder.empty() || folders_.has(folder) || disk.stat(folder, true).kind == disk::FileKind::missing;
}

}  // namespace thumbs::engine
