// Asks the disk in bulk: many files at once, in the order of their folders.
#include "engine/evidence.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "image/codec/header_size.h"
#include "pipeline/work.h"
#include "rules/copies.h"
#include "rules/originals.h"
#include "rules/recorded.h"
#include "scan/inspect.h"

namespace thumbs::engine {
namespace {

using Look = std::function<void(std::size_t, std::span<const std::byte>)>;

// Hashes files; empty where one cannot be read. `look` is shown how each begins.
std::vector<std::optional<disk::Content>> read_all(const RunContext& run, const std::vector<std::string>& paths,
                                                   const Look& look = {}) {
  const scan::ReadContents read = scan::read_contents(
      run.disk, paths, [&](std::uint64_t done, std::uint64_t total) { run.observer.hashing(done, total); },
      [&] { return run.stopped(); }, look);
  run.tally.bytes_read += read.bytes_read;
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (read.contents[i]) run.tally.hashed(paths[i]);
  return read.contents;
}

// A lockfile does not say how large a thumbnail is; its file does.
void note_size(cache::OutputRecord& record, std::span<const std::byte> begin) {
  if (record.width != 0) return;
  const image::PixelSize size = image::size_in_header(begin);
  record.width = static_cast<std::uint32_t>(size.width);
  record.height = static_cast<std::uint32_t>(size.height);
}

// Hashes the files of these records into graph.read_outputs.
void read_outputs(const RunContext& run, const std::vector<cache::OutputRecord*>& wanted, graph::Graph& graph) {
  std::vector<std::string> paths;
  for (const cache::OutputRecord* const record : wanted) paths.emplace_back(record->path);
  const std::vector<std::optional<disk::Content>> contents =
      read_all(run, paths, [&](std::size_t i, std::span<const std::byte> begin) { note_size(*wanted[i], begin); });
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (contents[i]) graph.read_outputs.insert_or_assign(wanted[i], *contents[i]);
}

// Whether the output's file was read already, and is still what it was then.
bool was_read(const graph::Graph& graph, const graph::Output& output) {
  const auto read = graph.read_outputs.find(output.record);
  return read != graph.read_outputs.end() && read->second.stat_data == output.stat_data;
}

void decide_by_hashes(const RunContext& run, const std::vector<graph::Output*>& doubtful, graph::Graph& graph) {
  std::vector<cache::OutputRecord*> unread;
  for (const graph::Output* const output : doubtful)
    if (!was_read(graph, *output)) unread.push_back(output->record);
  for (const cache::OutputRecord* const record : unread) graph.read_outputs.erase(record);
  read_outputs(run, unread, graph);
  for (graph::Output* const output : doubtful) {
    const auto read = graph.read_outputs.find(output->record);
    if (read != graph.read_outputs.end()) output->stat_data = read->second.stat_data;
    rules::decide_by_hash(graph, *output,
                          read == graph.read_outputs.end() ? std::nullopt : std::optional(read->second.hash));
  }
}

}  // namespace

void drop_thumbnails(const RunContext& run, graph::Graph& graph) {
  rules::RecordedSources found = rules::recorded_sources(graph, run.staleness);
  std::vector<cache::OutputRecord*> doubtful;
  for (const rules::RecordedSource& file : found.doubtful) doubtful.push_back(file.record);
  read_outputs(run, doubtful, graph);
  for (const rules::RecordedSource& file : found.doubtful) {
    const auto read = graph.read_outputs.find(file.record);
    if (read == graph.read_outputs.end() || read->second.hash == file.record->hash) found.thumbnails.push_back(file);
  }
  rules::drop_recorded(graph, found.thumbnails);
}

void hash_sources(const RunContext& run, graph::Graph& graph) {
  const std::vector<graph::Source*> doubtful = rules::sources_in_doubt(graph, run.staleness);
  std::vector<std::string> paths;
  for (const graph::Source* const source : doubtful) paths.emplace_back(source->path);
  const std::vector<std::optional<disk::Content>> contents = read_all(run, paths);
  for (std::size_t i = 0; i < doubtful.size(); ++i) {
    if (!contents[i]) continue;
    graph::Source& source = *doubtful[i];
    source.stat_data = contents[i]->stat_data;
    source.content = &graph.contents.emplace_back(
        rules::source_record(source.path, *contents[i], pipeline::format_key(contents[i]->head)));
    if (source.record == nullptr || *source.record != *source.content) graph.updates.sources.push_back(*source.content);
  }
}

void stat_outputs(const RunContext& run, graph::Graph& graph) {
  std::vector<graph::Output*> wanted;
  for (graph::Output& output : graph.outputs)
    if (output.record != nullptr && output.selected()) wanted.push_back(&output);
  for (graph::Output& output : graph.leftovers)
    if (output.record_selected) wanted.push_back(&output);
  // Neighbours share a folder.
  std::ranges::sort(wanted, {}, [](const graph::Output* output) { return output->record; });
  constexpr std::size_t k_at_once = 32768;  // a million paths and states would need as much memory as their nodes
  for (std::size_t first = 0; first < wanted.size(); first += k_at_once) {
    const auto some = std::span(wanted).subspan(first, std::min(k_at_once, wanted.size() - first));
    std::vector<std::string_view> paths;
    paths.reserve(some.size());
    for (const graph::Output* const output : some) paths.push_back(output->path);
    const std::vector<disk::FileStat> files = scan::stat_files(run.disk, paths, [&] { return run.stopped(); });
    for (std::size_t i = 0; i < some.size(); ++i) {
      some[i]->kind = files[i].kind;
      some[i]->stat_data = files[i].stat_data;
    }
  }
  graph.statted = graph.sources.size() + wanted.size();
}

void decide_staleness(const RunContext& run, graph::Graph& graph) {
  const std::vector<graph::Output*> doubtful = rules::decide(graph, run.staleness);
  decide_by_hashes(run, doubtful, graph);
  if (!run.options.overwrite) rules::protect_originals(graph);
  rules::find_copies(graph, run.staleness.force);
}

}  // namespace thumbs::engine
