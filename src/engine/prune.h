// Removes files of ours: orphans, or all outputs.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "commit/committer.h"
#include "engine/survey.h"
#include "thumbs/report.h"

namespace thumbs {

struct Removal {
  std::vector<std::uint32_t> removed;  ///< rows whose file is gone now
  std::vector<std::uint32_t> kept;     ///< rows whose file somebody changed: named, kept, forgotten
  std::vector<std::uint32_t> failed;   ///< rows whose file could not be removed
  std::vector<std::string> folders;    ///< that a build had made, and that went with them
  std::vector<std::string> warnings;
  std::vector<std::string> errors;
};

/// Folders that lost what was in them, and go too where a build made them. No set's source folder does.
class EmptyFolders {
 public:
  /// `made`: what the cache knows of folders that builds made.
  EmptyFolders(Disk& disk, const Manifest& manifest, const std::vector<std::string>& made);

  /// Removes the folders above `path`, upwards to the first that is not empty or that no build made.
  void remove_above(const std::string& path);
  /// Those of `made` that are gone now.
  std::vector<std::string> take_removed() { return std::exchange(removed_, {}); }

 private:
  bool may_go(const std::string& folder) const;

  Disk& disk_;
  const Manifest& manifest_;
  std::unordered_set<std::string> made_;
  std::vector<std::string> removed_;
};

/// Removes the files of these rows where they still are what we made (size and mtime, or else the hash), and the
/// folders that this leaves empty. `facts.facts.stats` must know the rows. Touches no rows.
Removal remove_outputs(const RunContext& context, const Survey& facts, const std::vector<std::uint32_t>& rows,
                       const std::vector<std::string>& made_folders);

}  // namespace thumbs
