// Removes files of ours: orphans, or all outputs.
#pragma once

#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/run_context.h"
#include "graph/graph.h"

namespace thumbs::engine {

struct Removal {
  std::vector<std::string> folders;  ///< that a build had made, and that went with the files
  std::vector<std::string> warnings;
  std::vector<std::string> errors;
};

/// Folders that lost what was in them, and go too where a build made them. No set's source folder does.
class EmptyFolders {
 public:
  /// `made`: what the cache knows of folders that builds made.
  EmptyFolders(disk::Disk& disk, const Manifest& manifest, const std::vector<std::string>& made);

  /// Removes the folders above `path`, upwards to the first that is not empty or that no build made.
  void remove_above(const std::string& path);
  /// Those of `made` that are gone now.
  std::vector<std::string> take_removed() { return std::exchange(removed_, {}); }

 private:
  bool may_go(const std::string& folder) const;

  disk::Disk& disk_;
  const Manifest& manifest_;
  std::unordered_set<std::string> made_;
  std::vector<std::string> removed_;
};

/// Removes the files of these outputs where they still are what the record says (size and mtime, or else the hash), and
/// the folders that this empties. Sets Output::removed; and Output::untracked of files that somebody modified: they are
/// kept, with a warning. Touches no records.
Removal remove_outputs(const RunContext& run, const graph::Graph& graph, const std::vector<graph::Output*>& outputs,
                       const std::vector<std::string>& made_folders);

}  // namespace thumbs::engine
