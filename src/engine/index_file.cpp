// An index has an entry for each source with a thumbnail; outside of a selection, and below folders that could not be
// listed, entries stay as they are.
#include "engine/index_file.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "disk/atomic_file.h"
#include "engine/engine.h"
#include "engine/execute.h"
#include "engine/neighbours.h"
#include "engine/part.h"
#include "engine/side_file.h"
#include "pageindex/pageindex.h"
#include "path/path.h"
#include "rules/selection.h"
#include "thumbs/error.h"
#include "thumbs/text.h"

namespace thumbs::engine {
namespace {

using Kept = std::map<std::string, std::string, std::less<>>;

bool was_made(const graph::Output& output) {
  if (output.stale == nullptr || output.stale->result == nullptr) return false;
  const Status status = output.stale->result->status;
  return status == Status::built || status == Status::copied;
}

/// A thumbnail of an earlier run stands at its path as that left it, stale or not.
bool stands(const graph::Output& output) {
  if (output.record == nullptr || !output.record->made || output.removed) return false;
  if (output.stale == nullptr)  // nobody looked at what is outside of a selection
    return output.source->selected && (output.kind != disk::FileKind::missing || output.record->stat_known());
  const Reason reason = output.stale->reason;
  return output.kind == disk::FileKind::regular && reason != Reason::output_modified &&
         (!output.record->stat_known() || output.record->size == output.stat_data.size);
}

pageindex::Thumb thumb_of(const graph::Graph& graph, const graph::Output& output) {
  pageindex::Thumb thumb;
  thumb.set = graph.set_of(output).name;
  thumb.variant = graph.variant_of(output).name;
  thumb.path = output.path;
  thumb.format = output.recipe->settings.format;
  if (was_made(output)) {
    const graph::Result& result = *output.stale->result;
    thumb.width = static_cast<std::uint32_t>(result.width);
    thumb.height = static_cast<std::uint32_t>(result.height);
    thumb.bytes = result.bytes;
    thumb.hash = result.hash;
  } else {
    thumb.width = output.record->width;
    thumb.height = output.record->height;
    thumb.bytes = output.kind == disk::FileKind::missing ? output.record->size : output.stat_data.size;
    thumb.hash = output.record->hash;
  }
  return thumb;
}

/// The content that the thumbnails show: the newest of which one was made. Empty where there is no thumbnail.
std::optional<Hash128> shown_content(graph::Graph& graph, const graph::Source& source) {
  if (const auto made = graph.index->made_from.find(&source); made != graph.index->made_from.end()) return made->second;
  std::optional<Hash128> recorded;
  for (const graph::Output& output : graph.outputs_of(source)) {
    const bool is_current = was_made(output) || (output.stale == nullptr && output.selected());
    if (is_current && source.content != nullptr && !output.removed) return source.content->hash;
    if (stands(output) && !recorded) recorded = output.record->source_hash;
  }
  return recorded;
}

bool is_known(const graph::Graph& graph, const Hash128& hash) {
  const cache::PictureRecord* const picture = graph::find_picture(graph, hash);
  return picture != nullptr && picture->look;
}

/// Adds what is known of pictures; of two records for one content the one with a look.
void learn(graph::Graph& graph, std::vector<cache::PictureRecord> pictures) {
  std::vector<cache::PictureRecord>& known = graph.pictures;
  std::ranges::move(pictures, std::back_inserter(known));
  std::ranges::sort(known, [](const cache::PictureRecord& a, const cache::PictureRecord& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.look.has_value() > b.look.has_value();
  });
  known.erase(std::unique(known.begin(), known.end(), [](const auto& a, const auto& b) { return a.hash == b.hash; }),
              known.end());
}

/// One source for each content whose look is not known, and that is there to be decoded.
std::vector<graph::Source*> unknown_sources(graph::Graph& graph) {
  std::vector<graph::Source*> unknown;
  std::unordered_set<Hash128> seen;
  for (graph::Source& source : graph.sources) {
    if (!source.selected || source.content == nullptr) continue;
    const std::optional<Hash128> hash = shown_content(graph, source);
    if (hash == source.content->hash && !is_known(graph, *hash) && seen.insert(*hash).second)
      unknown.push_back(&source);
  }
  return unknown;
}

/// The path that json_path() wrote so.
std::string path_of_key(std::string_view key) {
  std::string path;
  for (std::size_t i = 0; i < key.size(); ++i) {
    unsigned byte = 0;
    const bool escaped = key[i] == '%' && i + 2 < key.size() &&
                         std::from_chars(&key[i + 1], &key[i + 1] + 2, byte, 16).ptr == &key[i + 1] + 2;
    path += escaped ? static_cast<char>(byte) : key[i];
    if (escaped) i += 2;
  }
  return path;
}

/// Whether a run of one part of the sources may drop this entry: a run of all of them would.
bool is_of_part(const Options& options, const std::string& key) {
  if (!options.shard || narrows_within_part(options)) return false;
  return rules::is_in_part(path_of_key(key), options.shard->index, options.shard->count);
}

bool is_narrowed(const RunContext& run, const graph::Graph& graph) {
  return narrows(run.options) ||
         !std::ranges::all_of(graph.sources, [](const graph::Source& source) { return source.selected; });
}

/// Entries that are none of this run's business.
Kept kept_entries(const RunContext& run, const graph::Graph& graph) {
  Kept kept;
  const bool narrowed = is_narrowed(run, graph);
  if (!narrowed && graph.unlistable.empty()) return kept;
  auto existing = pageindex::parse(graph.index->text);
  if (!existing) return kept;
  std::unordered_set<std::string> ours;
  for (const graph::Source& source : graph.sources)
    if (source.selected) ours.insert(json_path(source.path));
  for (auto& [name, entry] : existing->entries) {
    const std::string& key = name;
    const bool hidden = std::ranges::any_of(
        graph.unlistable, [&](const std::string& folder) { return is_at_or_below(key, json_path(folder)); });
    const bool of_others = narrowed && !is_of_part(run.options, key);
    if ((hidden || of_others) && !ours.contains(key)) kept.emplace(key, std::move(entry));
  }
  return kept;
}

std::string entry_text(const RunContext& run, graph::Graph& graph, const graph::Source& source,
                       const Hash128& content) {
  pageindex::Entry entry;
  if (const cache::PictureRecord* const picture = graph::find_picture(graph, content)) entry.picture = *picture;
  entry.picture.hash = content;
  for (const graph::Output& output : graph.outputs_of(source))
    if (was_made(output) || stands(output)) entry.thumbs.push_back(thumb_of(graph, output));
  std::set<std::string> left_out;
  const auto [first, last] = graph.left_out.equal_range(&source);
  for (auto rule = first; rule != last; ++rule) left_out.insert(rule->second->name.variant);
  entry.left_out.assign(left_out.begin(), left_out.end());
  return entry.thumbs.empty() ? "" : pageindex::text_of(entry, run.manifest.url_base.value_or(""));
}

/// The sources in the order of their keys.
std::vector<const graph::Source*> in_key_order(const graph::Graph& graph) {
  std::vector<const graph::Source*> order;
  order.reserve(graph.sources.size());
  bool encoded = false;
  for (const graph::Source& source : graph.sources) {
    order.push_back(&source);
    encoded |= json_path(source.path) != std::string_view(source.path);
  }
  if (encoded) std::ranges::sort(order, {}, [](const graph::Source* source) { return json_path(source->path); });
  return order;
}

/// The same where a run looks at a part: other entries stay.
std::optional<std::string> changed_part(const RunContext& run, graph::Graph& graph) {
  Kept entries;
  if (!narrows(run.options))
    for (const std::string& source : run.part->sources) entries[json_path(source)];  // gone, unless it is found below
  for (const graph::Source& source : graph.sources) {
    if (!source.selected) continue;
    const auto content = shown_content(graph, source);
    entries[json_path(source.path)] = content ? entry_text(run, graph, source, *content) : "";
  }
  return pageindex::with_entries(graph.index->text, entries);
}

/// The whole file, as it should be; empty where it is so already.
std::optional<std::string> changed_text(const RunContext& run, graph::Graph& graph) {
  if (run.part != nullptr) return changed_part(run, graph);
  const Kept kept = kept_entries(run, graph);
  auto next = kept.begin();
  pageindex::FileText text(graph.index->text);
  for (const graph::Source* const source : in_key_order(graph)) {
    const auto content = source->selected ? shown_content(graph, *source) : std::nullopt;
    const std::string entry = content ? entry_text(run, graph, *source, *content) : "";
    if (entry.empty()) continue;
    const std::string key = json_path(source->path);
    for (; next != kept.end() && next->first < key; ++next) text.add(next->first, next->second);
    text.add(key, entry);
  }
  for (; next != kept.end(); ++next) text.add(next->first, next->second);
  return text.finish();
}

void replace(const RunContext& run, const std::string& text, Committer* committer) {
  if (run.before_commit) run.before_commit();
  const std::string place = behind_links(run.disk, run.manifest, *run.manifest.index);
  std::vector<std::string> made = disk::replace_file(run.disk, place, std::as_bytes(std::span(text)));
  if (committer != nullptr) committer->made(std::move(made));
}

/// Of a former file that the new one is not the successor of.
void warn_of_former(const RunContext& run, const graph::Graph& graph, Report& report) {
  const auto former = pageindex::parse(graph.index->text);
  if (!former) return report.warnings.push_back(*run.manifest.index + ": was no index: replaced");
  if (is_narrowed(run, graph)) return;
  std::unordered_set<std::string> ours;
  for (const graph::Source& source : graph.sources) ours.insert(json_path(source.path));
  if (std::ranges::all_of(former->entries, [&](const auto& entry) { return ours.contains(entry.first); })) return;
  for (const Manifest& other : manifests_beside(run.disk, run.manifest))
    if (other.index == run.manifest.index)
      return report.warnings.push_back(*run.manifest.index + ": index: shared with " + in_quotes(other.path) +
                                       ": each build drops what the other one wrote; give each manifest its own "
                                       "\"index\"");
}

template <class Body>
void in_stage_index(const RunContext& run, Report& report, Body body) {
  try {
    body();
  } catch (const Error& error) {
    report.errors.emplace_back(Error(error.code(), error.message(), *run.manifest.index, "index").what());
    if (report.index) report.index->status = Status::failed;
  }
}

/// What is no JSON object may be somebody's only copy.
std::string read_file(const RunContext& run) {
  std::string text = read_side_file(run.disk, run.manifest, SideFile::index);
  if (!text.empty() && text.front() != '{') refuse_side_file(run.manifest, SideFile::index, "not an index");
  return text;
}

}  // namespace

void read_index(const RunContext& run, cache::Cache& cache, graph::Graph& graph) {
  if (!run.manifest.index) return;
  graph.index.emplace();
  graph.index->text = read_file(run);
  learn(graph, cache.load_pictures());
  graph.index->to_decode = unknown_sources(graph);
  if (!graph.index->to_decode.empty() && run.part == nullptr) {
    if (auto existing = pageindex::parse(graph.index->text)) {
      std::vector<cache::PictureRecord> news;
      for (const cache::PictureRecord& picture : existing->pictures)
        if (!is_known(graph, picture.hash)) news.push_back(picture);
      graph.updates.pictures = news;
      learn(graph, std::move(news));
      graph.index->to_decode = unknown_sources(graph);
    }
  }
  graph.index->is_current = graph.index->to_decode.empty() && !changed_text(run, graph);
}

void write_index(const RunContext& run, graph::Graph& graph, int jobs, Committer& committer, Report& report) {
  if (!graph.index) return;
  report_index(graph, report);
  report.index->status = Status::stale;
  if (run.stopped()) return;
  learn(graph, std::exchange(graph.index->seen, {}));
  graph.index->to_decode = unknown_sources(graph);
  report.index->decoded = graph.index->to_decode.size();
  look_at(run, graph, graph.index->to_decode, jobs, committer, report);
  if (run.stopped()) return;
  learn(graph, std::exchange(graph.index->seen, {}));
  const std::optional<std::string> text = changed_text(run, graph);
  report.index->status = Status::fresh;
  if (!text) return;
  in_stage_index(run, report, [&] {
    if (run.part == nullptr && !graph.index->text.empty()) warn_of_former(run, graph, report);
    replace(run, *text, &committer);
    report.index->status = Status::built;
  });
}

void trim_index(const RunContext& run, graph::Graph& graph, Report& report) {
  if (!graph.index || graph.index->text.empty() || run.stopped()) return;
  if (!pageindex::parse(graph.index->text)) return;
  const std::optional<std::string> text = changed_text(run, graph);
  if (text) in_stage_index(run, report, [&] { replace(run, *text, nullptr); });
}

void remove_index(const RunContext& run, const graph::Graph& graph, Report& report) {
  if (!graph.index || graph.index->text.empty()) return;
  if (!pageindex::parse(graph.index->text)) {
    report.warnings.push_back(*run.manifest.index + ": is no index: kept");
    return;
  }
  in_stage_index(run, report, [&] {
    const std::string path = behind_links(run.disk, run.manifest, *run.manifest.index);
    run.disk.remove(path);
    run.disk.sync({&path, 1});
  });
}

void report_index(const graph::Graph& graph, Report& report) {
  if (!graph.index) return;
  const bool stale = std::ranges::any_of(graph.outputs, [](const auto& output) { return output.stale != nullptr; });
  report.index = {.file = *graph.manifest->index,
                  .status = graph.index->is_current && !stale ? Status::fresh : Status::stale,
                  .decoded = graph.index->to_decode.size()};
}

}  // namespace thumbs::engine
