// Compares folders by their real paths, and by device and inode.
#include "engine/places.h"

#include <algorithm>
#include <utility>

#include "path/path.h"
#include "thumbs/error.h"

namespace thumbs::engine {

std::string try_real_path(const disk::DiskReader& disk, const std::string& path) {
  try {
    return disk.real_path(path);
  } catch (const Error&) {
    return {};
  }
}

bool is_same_file(const disk::FileStat& a, const disk::FileStat& b) {
  return a.kind == b.kind && a.device == b.device && a.stat_data.inode == b.stat_data.inode;
}

std::optional<disk::FileStat> try_stat(const RunContext& run, const std::string& folder) {
  try {
    return run.disk.stat(folder, true);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::vector<graph::Alias> output_aliases(const RunContext& run) {
  const std::vector<Set>& sets = run.manifest.sets;
  std::vector<std::string> sources;
  for (const Set& set : sets) sources.push_back(try_real_path(run.disk, set.source));
  std::vector<graph::Alias> aliases;
  for (std::uint32_t i = 0; i < sets.size(); ++i) {
    const std::string output = try_real_path(run.disk, sets[i].output);
    for (std::size_t s = 0; s < sets.size(); ++s) {
      if (output.empty() || sources[s].empty() || !is_at_or_below(output, sources[s])) continue;
      const std::size_t root = std::min(output.size(), sources[s].size() + 1);
      const std::string folder = normalise_path(join_path(sets[s].source, output.substr(root)));
      if (folder != sets[i].output) aliases.push_back({i, folder});
    }
  }
  return aliases;
}

}  // namespace thumbs::engine
