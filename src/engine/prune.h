// Removes files of ours: orphans, or all outputs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "commit/committer.h"
#include "engine/survey.h"
#include "thumbs/report.h"

namespace thumbs {

struct Removal {
  std::vector<std::uint32_t> removed;  ///< rows whose file is gone now
  std::vector<std::uint32_t> kept;     ///< rows whose file somebody changed: named, kept, forgotten
  std::vector<std::uint32_t> failed;   ///< rows whose file could not be removed
  std::vector<std::string> warnings;
  std::vector<std::string> errors;
};

/// Removes the files of these rows where they still are what we made (size and mtime, or else the hash), and folders
/// below a set's output that this leaves empty. `facts.facts.stats` must know the rows. Touches no rows.
Removal remove_outputs(const RunContext& context, const Survey& facts, const std::vector<std::uint32_t>& rows);

/// Removes the folders above `path` that are empty now, below a set's output.
void remove_empty_parents(const RunContext& context, const std::string& path);

}  // namespace thumbs
