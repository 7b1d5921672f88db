// Joins two lists that are sorted by path, in the few folders where both can have entries.
#include "plan/recorded.h"

#include <algorithm>
#include <string_view>

#include "path/path.h"

namespace thumbs {
namespace {

struct Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

// The rows whose outputs lie below `folder`; with "" those above the manifest's folder too, which do no harm.
Range rows_below(const Records& rows, const std::string& folder) {
  if (folder.empty()) return {0, static_cast<std::uint32_t>(rows.outputs.size())};
  const auto before = [](const OutputRecord& row, const std::string& path) { return row.path < path; };
  const auto first = std::lower_bound(rows.outputs.begin(), rows.outputs.end(), folder + "/", before);
  const auto last = std::lower_bound(first, rows.outputs.end(), folder + "0", before);  // '0' comes after '/'
  return {static_cast<std::uint32_t>(first - rows.outputs.begin()),
          static_cast<std::uint32_t>(last - rows.outputs.begin())};
}

constexpr int k_near = 4;

class Join {
 public:
  Join(const SourceList& list, const Records& rows, const PlanOptions& options)
      : list_(list), rows_(rows), options_(options) {}

  /// Records of `from`, as files of the same names below `to`.
  void add(const std::string& from, const std::string& to) {
    auto at = list_.sources.begin();
    const auto before = [](const Source& source, std::string_view path) { return source.path < path; };
    const Range range = rows_below(rows_, from);
    for (std::uint32_t row = range.first; row < range.last; ++row) {
      const std::string& recorded = rows_.outputs[row].path;
      std::string moved;
      if (from != to) moved = join_path(to, std::string_view(recorded).substr(from.empty() ? 0 : from.size() + 1));
      const std::string_view path = from == to ? std::string_view(recorded) : moved;
      // Both are sorted, and a thumbnail beside its original comes a few files after the last one.
      for (int step = 0; step < k_near && at != list_.sources.end() && at->path < path; ++step) ++at;
      if (at != list_.sources.end() && at->path < path) at = std::lower_bound(at, list_.sources.end(), path, before);
      if (at == list_.sources.end()) return;
      if (at->path == path) judge(static_cast<std::uint32_t>(at - list_.sources.begin()), row);
    }
  }

  RecordedFiles take() {
    for (std::vector<RecordedFile>* files : {&found_.outputs, &found_.doubtful}) {
      std::ranges::sort(*files, {}, &RecordedFile::source);
      const auto same = [](const RecordedFile& a, const RecordedFile& b) { return a.source == b.source; };
      files->erase(std::unique(files->begin(), files->end(), same), files->end());
    }
    return std::move(found_);
  }

 private:
  void judge(std::uint32_t source, std::uint32_t row_index) {
    const OutputRecord& row = rows_.outputs[row_index];
    const StatData& now = list_.sources[source].stat_data;
    if (!row.made || (row.stat_known() && row.size != now.size)) return;
    const bool same = row.stat_known() && row.mtime_ns == now.mtime_ns && !options_.verify;
    (same ? found_.outputs : found_.doubtful).push_back({source, row_index});
  }

  const SourceList& list_;
  const Records& rows_;
  const PlanOptions& options_;
  RecordedFiles found_;
};

}  // namespace

RecordedFiles recorded_files(const Manifest& manifest, const SourceList& list, const Records& rows,
                             const std::vector<Alias>& aliases, const PlanOptions& options) {
  Join join(list, rows, options);
  if (rows.outputs.empty() || list.sources.empty()) return {};
  for (const Set& set : manifest.sets) join.add(set.source, set.source);
  for (const Alias& alias : aliases) join.add(manifest.sets[alias.set].output, alias.folder);
  return join.take();
}

void drop_sources(SourceList& list, const std::vector<RecordedFile>& files) {
  if (files.empty()) return;
  std::vector<bool> dropped(list.sources.size());
  for (const RecordedFile& file : files) dropped[file.source] = true;
  std::size_t at = 0;
  std::erase_if(list.sources, [&](const Source&) { return dropped[at++]; });
}

}  // namespace thumbs
