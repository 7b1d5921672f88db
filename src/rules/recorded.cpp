// Joins two lists that are sorted by path, in the few folders where both can have entries.
#include "rules/recorded.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "path/path.h"

namespace thumbs::rules {
namespace {

// The records of outputs below `folder`; with "" those above the manifest's folder too, which do no harm.
std::span<cache::OutputRecord> records_below(cache::Records& records, const std::string& folder) {
  if (folder.empty()) return records.outputs;
  const auto before = [](const cache::OutputRecord& record, const std::string& path) { return record.path < path; };
  const auto first = std::lower_bound(records.outputs.begin(), records.outputs.end(), folder + "/", before);
  const auto last = std::lower_bound(first, records.outputs.end(), folder + "0", before);  // '0' comes after '/'
  return {first, last};
}

constexpr int k_near = 4;

class Join {
 public:
  Join(graph::Graph& graph, const StalenessOptions& options) : graph_(graph), options_(options) {}

  /// Records of `from`, as files of the same names below `to`.
  void add(const std::string& from, const std::string& to) {
    auto at = graph_.sources.begin();
    const auto end = graph_.sources.end();
    const auto before = [](const graph::Source& source, std::string_view path) { return source.path < path; };
    for (cache::OutputRecord& record : records_below(graph_.records, from)) {
      std::string moved;
      if (from != to) moved = join_path(to, record.path.substr(from.empty() ? 0 : from.size() + 1));
      const std::string_view path = from == to ? std::string_view(record.path) : std::string_view(moved);
      // Both are sorted, and a thumbnail beside its original comes a few files after the last one.
      for (int step = 0; step < k_near && at != end && at->path < path; ++step) ++at;
      if (at != end && at->path < path) at = std::lower_bound(at, end, path, before);
      if (at == end) return;
      if (at->path == path) judge(*at, record);
    }
  }

  RecordedSources take() {
    for (std::vector<RecordedSource>* files : {&found_.thumbnails, &found_.doubtful}) {
      std::ranges::sort(*files, {}, &RecordedSource::source);
      const auto same = [](const RecordedSource& a, const RecordedSource& b) { return a.source == b.source; };
      files->erase(std::unique(files->begin(), files->end(), same), files->end());
    }
    return std::move(found_);
  }

 private:
  void judge(graph::Source& source, cache::OutputRecord& record) {
    const disk::StatData& now = source.stat_data;
    if (!record.made || (record.stat_known() && record.size != now.size)) return;
    const bool same = record.stat_known() && record.mtime_ns == now.mtime_ns && !options_.verify;
    (same ? found_.thumbnails : found_.doubtful).push_back({&source, &record});
  }

  graph::Graph& graph_;
  const StalenessOptions& options_;
  RecordedSources found_;
};

}  // namespace

RecordedSources recorded_sources(graph::Graph& graph, const StalenessOptions& options) {
  if (graph.records.outputs.empty() || graph.sources.empty()) return {};
  Join join(graph, options);
  for (const Set& set : graph.manifest->sets) join.add(set.source, set.source);
  for (const graph::Alias& alias : graph.aliases) join.add(graph.manifest->sets[alias.set].output, alias.folder);
  return join.take();
}

void drop_recorded(graph::Graph& graph, const std::vector<RecordedSource>& thumbnails) {
  if (thumbnails.empty()) return;
  std::vector<bool> drop(graph.sources.size());
  for (const RecordedSource& thumbnail : thumbnails)
    drop[static_cast<std::size_t>(thumbnail.source - graph.sources.data())] = true;
  graph::drop_sources(graph, drop);
}

}  // namespace thumbs::rules
