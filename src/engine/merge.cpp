// Looks at all outputs, reads those in doubt, and compares what is left with what the cache has.
#include "engine/merge.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "rules/selection.h"
#include "scan/inspect.h"

namespace thumbs::engine {
namespace {

constexpr std::size_t k_at_once = 32768;

bool is_of(const std::vector<cache::ShardRecord>& shards, std::string_view source) {
  return shards.empty() || std::ranges::any_of(shards, [&](const cache::ShardRecord& shard) {
           return rules::is_in_part(source, shard.index, shard.count);
         });
}

void drop_other_parts(CacheToMerge& cache) {
  if (cache.shards.empty()) return;
  std::erase_if(cache.rows.sources, [&](const auto& row) { return !is_of(cache.shards, row.path); });
  std::erase_if(cache.rows.outputs, [&](const auto& row) { return !is_of(cache.shards, row.source); });
}

template <class Row>
const Row* find_row(const std::vector<Row>& sorted, std::string_view path) {
  const auto found =
      std::ranges::lower_bound(sorted, path, {}, [](const Row& row) { return std::string_view(row.path); });
  return found != sorted.end() && std::string_view(found->path) == path ? &*found : nullptr;
}

bool is_same(const cache::Records& a, const cache::OutputRecord& x, const cache::Records& b,
             const cache::OutputRecord& y) {
  return x.source == y.source && x.source_hash == y.source_hash && x.hash == y.hash && x.size == y.size &&
         x.mtime_ns == y.mtime_ns && *x.name == *y.name && x.width == y.width && x.height == y.height &&
         x.made == y.made && x.failed == y.failed && a.recipes[x.recipe] == b.recipes[y.recipe];
}

class Merge {
 public:
  Merge(const disk::DiskReader& disk, const cache::Records& known, const std::function<bool()>& stop)
      : disk_(disk), known_(known), stop_(stop) {}

  void add(CacheToMerge& cache) {
    drop_other_parts(cache);
    std::vector<cache::OutputRecord>& rows = cache.rows.outputs;
    std::size_t made = 0, standing = 0;
    for (std::size_t first = 0; first < rows.size(); first += k_at_once) {
      const auto some = std::span(rows).subspan(first, std::min(k_at_once, rows.size() - first));
      const std::vector<bool> stands = look_at(some);
      for (std::size_t i = 0; i < some.size(); ++i) {
        made += some[i].made ? 1 : 0;
        standing += some[i].made && stands[i] ? 1 : 0;
        settle(cache, some[i], stands[i]);
      }
    }
    if (made > 0 && standing == 0 && cache.shards.empty() && !has_sources(cache)) merged_.alien.push_back(cache.name);
    for (const cache::SourceRecord& row : cache.rows.sources) {
      const cache::SourceRecord* const same = find_row(known_.sources, row.path);
      if (same == nullptr || *same != row || is_in_earlier(row.path)) merged_.batch.sources.push_back(row);
    }
    earlier_.push_back(&cache.rows.sources);
    std::ranges::move(cache.pictures, std::back_inserter(merged_.batch.pictures));
    std::ranges::move(cache.made_folders, std::back_inserter(merged_.batch.made_folders));
  }

  // Files that are gone leave no orphan; those that stand may be one.
  void forget_gone(std::span<const CacheToMerge> caches) {
    std::vector<std::string_view> gone;
    for (const cache::OutputRecord& row : known_.outputs) {
      const bool of_these = std::ranges::any_of(caches, [&](const auto& c) { return is_of(c.shards, row.source); });
      if (of_these && !seen_.contains(row.path)) gone.push_back(row.path);
    }
    for (std::size_t first = 0; first < gone.size(); first += k_at_once) {
      const auto some = std::span(gone).subspan(first, std::min(k_at_once, gone.size() - first));
      const std::vector<disk::FileStat> files = scan::stat_files(disk_, some, stop_);
      for (std::size_t i = 0; i < some.size(); ++i)
        if (files[i].kind == disk::FileKind::missing) merged_.batch.forget_outputs.emplace_back(some[i]);
    }
  }

  MergedRows result() { return std::move(merged_); }

 private:
  bool has_sources(const CacheToMerge& cache) const {
    return std::ranges::any_of(cache.rows.sources, [&](const cache::SourceRecord& row) {
      const disk::FileStat file = disk_.stat(std::string(row.path), true);
      return file.kind == disk::FileKind::regular && file.stat_data.size == row.stat_data.size;
    });
  }

  // What an earlier cache has of the source may be in the batch, and must not count.
  bool is_in_earlier(std::string_view path) const {
    return std::ranges::any_of(earlier_, [&](const auto* sources) { return find_row(*sources, path) != nullptr; });
  }

  // For each row whether its output stands; one of which only the hash is as it says gets the stat data of now.
  std::vector<bool> look_at(std::span<cache::OutputRecord> rows) const {
    std::vector<std::string_view> paths;
    for (const cache::OutputRecord& row : rows) paths.push_back(row.path);
    const std::vector<disk::FileStat> files = scan::stat_files(disk_, paths, stop_);
    std::vector<bool> stands(rows.size());
    std::vector<std::size_t> doubtful;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const disk::FileStat& file = files[i];
      const bool may_stand = file.kind == disk::FileKind::regular && file.stat_data.size == rows[i].size;
      stands[i] = !rows[i].made || (may_stand && file.stat_data.mtime_ns == rows[i].mtime_ns);
      if (!stands[i] && may_stand) doubtful.push_back(i);
    }
    std::vector<std::string> names;
    for (const std::size_t i : doubtful) names.emplace_back(rows[i].path);
    const scan::ReadContents read = scan::read_contents(
        disk_, names, [](std::uint64_t, std::uint64_t) {}, stop_);
    for (std::size_t n = 0; n < doubtful.size(); ++n) {
      cache::OutputRecord& row = rows[doubtful[n]];
      if (!read.contents[n] || read.contents[n]->hash != row.hash) continue;
      row.mtime_ns = read.contents[n]->stat_data.mtime_ns;
      stands[doubtful[n]] = true;
    }
    return stands;
  }

  void settle(const CacheToMerge& cache, const cache::OutputRecord& row, bool stands) {
    if (!stands) return merged_.left_out.push_back(cache.name + ": " + std::string(row.path));
    const bool is_first = seen_.insert(row.path).second;
    ++merged_.outputs;
    const cache::OutputRecord* const same = find_row(known_.outputs, row.path);
    if (is_first && same != nullptr && is_same(known_, *same, cache.rows, row)) return;
    merged_.batch.outputs.push_back({row, cache.rows.recipes[row.recipe]});
    const auto failure =
        std::ranges::lower_bound(cache.failures, std::string_view(row.path), {}, &cache::FailureRecord::output);
    if (row.failed && failure != cache.failures.end() && failure->output == row.path)
      merged_.batch.failures.push_back(*failure);
  }

  const disk::DiskReader& disk_;
  const cache::Records& known_;
  const std::function<bool()>& stop_;
  MergedRows merged_;
  std::unordered_set<std::string_view> seen_;
  std::vector<const std::vector<cache::SourceRecord>*> earlier_;
};

}  // namespace

MergedRows merge_rows(const disk::DiskReader& disk, const cache::Records& known, std::span<CacheToMerge> caches,
                      const std::function<bool()>& stop) {
  Merge merge(disk, known, stop);
  for (CacheToMerge& cache : caches) merge.add(cache);
  merge.forget_gone(caches);
  return merge.result();
}

}  // namespace thumbs::engine
