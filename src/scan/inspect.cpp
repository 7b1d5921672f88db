// Distributes stats and hashes over the workers of the current arena.
#include "scan/inspect.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "disk/read_ahead.h"
#include "parallel/parallel.h"
#include "path/path.h"
#include "thumbs/error.h"

namespace thumbs::scan {
namespace {

// Adjacent paths of one folder; short enough to split large folders among workers.
struct Run {
  std::size_t first;
  std::size_t last;
};

constexpr std::size_t k_longest_run = 1024;

std::vector<Run> runs_by_folder(std::span<const std::string_view> paths) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const bool same = !runs.empty() && runs.back().last - runs.back().first < k_longest_run &&
                      parent_of(paths[runs.back().first]) == parent_of(paths[i]);
    if (!same) runs.push_back({i, i});
    runs.back().last = i + 1;
  }
  return runs;
}

}  // namespace

std::vector<disk::FileStat> stat_files(const disk::DiskReader& disk, std::span<const std::string_view> paths,
                                       const std::function<bool()>& stop) {
  std::vector<disk::FileStat> stats(paths.size());
  const std::vector<Run> runs = runs_by_folder(paths);
  parallel::for_each_index(runs.size(), [&](std::size_t r) {
    if (stop && stop()) throw Error(ErrorCode::interrupted, "interrupted");
    const Run& run = runs[r];
    const std::string folder(parent_of(paths[run.first]));
    std::vector<std::string_view> names;
    names.reserve(run.last - run.first);
    for (std::size_t i = run.first; i < run.last; ++i)
      names.push_back(paths[i].substr(folder.empty() ? 0 : folder.size() + 1));
    std::vector<disk::FileStat> found = disk.stat_in(folder, names);
    std::move(found.begin(), found.end(), stats.begin() + static_cast<std::ptrdiff_t>(run.first));
  });
  return stats;
}

ReadContents read_contents(const disk::DiskReader& disk, std::span<const std::string> paths,
                           const std::function<void(std::uint64_t, std::uint64_t)>& progress,
                           const std::function<bool()>& stop,
                           const std::function<void(std::size_t, std::span<const std::byte>)>& look) {
  ReadContents result{std::vector<std::optional<disk::Content>>(paths.size()), 0};
  std::mutex mutex;
  std::uint64_t done = 0;
  disk::ReadAhead ahead(disk, paths.size(), [&](std::size_t i) { return paths[i]; });
  std::atomic<std::size_t> next = 0;  // handed out in order, whichever thread comes
  parallel::for_each_index(paths.size(), [&](std::size_t) {
    if (stop()) return;
    const std::size_t i = next++;
    std::uint64_t bytes = 0;
    try {
      std::function<void(std::span<const std::byte>)> look_here;
      if (look) look_here = [&look, i](std::span<const std::byte> begin) { look(i, begin); };
      const disk::ReadAhead::Turn turn(ahead, i, bytes);
      result.contents[i] = disk::read_content(disk, paths[i], &bytes, look_here, stop);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::interrupted) return;
      // The build tries again and reports it; the plan does not need to know why.
    }
    const std::lock_guard lock(mutex);
    result.bytes_read += bytes;
    progress(++done, paths.size());
  });
  return result;
}

}  // namespace thumbs::scan
